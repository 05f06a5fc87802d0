"""The kernel in `jupyter console`, typed at by a program: cells of several lines, Tab, help, Ctrl-C."""

import os
import re
import signal
import sys
import tempfile
import time
import unittest

import pexpect

PATIENCE = 60
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\][^\x07]*\x07|\r")

# Programs started from Swift's test threads inherit a mask that blocks Ctrl-C.
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


class ConsoleTests(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.console = pexpect.spawn(
            sys.executable, ["-m", "jupyter_console", "--kernel", "alexnet"],
            # The terminal here answers no questions about its cursor.
            env=dict(os.environ, TERM="xterm-256color", PROMPT_TOOLKIT_NO_CPR="1"),
            encoding="utf-8", dimensions=(40, 100), timeout=PATIENCE)
        self.addCleanup(self.end)
        self.next = 1
        self.expect_prompt()

    def end(self):
        # pexpect's own close gives a busy machine half a second.
        if self.console.isalive():
            self.console.kill(signal.SIGKILL)
            self.console.wait()
        self.console.close()

    def expect(self, text):
        """Everything up to a text, which must be shown, without escape sequences."""
        seen, end = "", time.monotonic() + PATIENCE
        while text not in ESCAPES.sub("", seen):
            self.assertLess(time.monotonic(), end, f"{text!r} isn't in {ESCAPES.sub('', seen)!r}")
            try:
                seen += self.console.read_nonblocking(10_000, 1)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                self.fail(f"{text!r} isn't in {ESCAPES.sub('', seen)!r}, which is all")
        return ESCAPES.sub("", seen)

    def expect_prompt(self):
        text = self.expect(f"In [{self.next}]: ")
        self.next += 1
        return text

    def run_cell(self, *lines):
        for place, line in enumerate(lines):
            self.console.send(line + "\r")
            if place + 1 < len(lines):
                self.expect("...: ")
        return self.expect_prompt()

    def test_cells(self):
        self.assertIn("a = 40", self.run_cell("let a = 40"))
        self.assertIn("Out[2]: 42", self.run_cell("a + 2"))
        self.assertRegex(self.run_cell("1 +* 2"), r"\n +\^\nerror: a value was expected before \*")
        self.assertIn("Out[4]: [1, 2]", self.run_cell("[1,", "2]"))
        self.assertIn("local response normalization", self.run_cell("?norm1"))
        # A console shows characters, and says in words what they are.
        self.assertIn("test card, 256×256", self.run_cell("view image"))
        self.console.send("summ\t")
        self.expect("summary")
        self.assertIn("norm1", self.run_cell(""))

    def test_questions(self):
        self.run_cell("lesson 1")
        self.run_cell("quit")
        self.console.send("progress reset\r")
        self.expect("[y/N]")
        self.console.send("n\r")
        self.assertIn("Nothing was changed", self.expect_prompt())

    def test_an_interrupt_stops_the_cell_and_nothing_more(self):
        self.run_cell("let kept = 7")
        for place, pause in enumerate([0.05, 0.3, 1, 2]):
            folder = os.path.join(self.folder.name, str(place))
            self.console.send(f"train --data shapes --epochs 50 --out {folder}\r")
            self.expect("15,000 in all")
            time.sleep(pause)
            self.console.sendintr()
            self.assertIn("stopped", self.expect_prompt())
        self.assertIn("]: 7", self.run_cell("kept"))

    def test_quit_ends_the_console(self):
        self.console.send("quit\r")
        end = time.monotonic() + PATIENCE
        while self.console.isalive():
            self.assertLess(time.monotonic(), end, "the console goes on after quit")
            try:
                self.console.read_nonblocking(10_000, 1)
            except (pexpect.TIMEOUT, pexpect.EOF):
                continue


if __name__ == "__main__":
    unittest.main(verbosity=2)
