"""What Jupyter's own tests leave out: queues, interrupts, questions, updates, and bad messages."""

import os
import queue
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

PATIENCE = 60
# A cell that runs for seconds, in any build: the reference engine computes all of AlexNet.
LONG = "forward"
# A cell that takes some tenths of a second, in which a client can send all of a notebook's cells.
SLOW = "\n".join(60 * ["summary"])


class Kernel:
    """A kernel of its own, with a client."""

    def __init__(self, env=None, **options):
        self.manager = KernelManager(kernel_name="alexnet", **options)
        self.manager.start_kernel(env=env or dict(os.environ))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def reply(self, message):
        """The reply to a request on the shell channel."""
        while True:
            reply = self.client.get_shell_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == message:
                return reply

    def outputs(self, message):
        """The type and content of everything published for a request, up to its idle status."""
        found = []
        while True:
            part = self.client.get_iopub_msg(timeout=PATIENCE)
            if part["parent_header"].get("msg_id") != message:
                continue
            if part["msg_type"] == "status":
                if part["content"]["execution_state"] == "idle":
                    return found
                continue
            found.append((part["msg_type"], part["content"]))

    def run(self, code, **options):
        """Runs a cell; its reply's content and its outputs."""
        message = self.client.execute(code, **options)
        return self.reply(message)["content"], self.outputs(message)

    def wait_until_busy(self, message):
        """Waits for the first thing that is published for a cell: that the kernel is busy."""
        while True:
            part = self.client.get_iopub_msg(timeout=PATIENCE)
            if part["parent_header"].get("msg_id") == message:
                return

    def control(self, kind, content=None):
        message = self.client.session.msg(kind, content or {})
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply


class OwnTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kernel = Kernel()

    @classmethod
    def tearDownClass(cls):
        cls.kernel.close()

    def test_counts_cells_as_jupyter_does(self):
        first, _ = self.kernel.run("20 + 1")
        number = first["execution_count"]
        self.kernel.run("no_such_name")
        self.kernel.run("5", silent=True)
        last, outputs = self.kernel.run(f"out[{number}] * 2")
        self.assertEqual(last["execution_count"], number + 2)
        self.assertEqual(outputs[-1][1]["data"]["text/plain"], "42")

    def test_what_libraries_print_is_output_of_the_cell(self):
        kernel = Kernel(env=dict(os.environ, ONEDNN_VERBOSE="1"))
        self.addCleanup(kernel.close)
        reply, outputs = kernel.run("compare reference onednn --network cuda-convnet-26")
        self.assertEqual(reply["status"], "ok")
        printed = "".join(content["text"] for kind, content in outputs
                          if kind == "stream" and "onednn_verbose" in content["text"])
        self.assertIn("onednn_verbose,exec", printed)
        self.assertTrue(printed.endswith("\n"))
        # Nothing of it is left for the next cell.
        self.assertNotIn("onednn_verbose", str(kernel.run("1 + 1")[1]))

    def test_a_saved_session_says_where_it_opens(self):
        with tempfile.TemporaryDirectory() as folder:
            _, outputs = self.kernel.run(f"save '{folder}/s.ipynb'")
        self.assertIn("to open it at the prompt: ", str(outputs))

    def test_silent_cells_publish_nothing(self):
        reply, outputs = self.kernel.run("6 * 7", silent=True)
        self.assertEqual((reply["status"], outputs), ("ok", []))

    def test_user_expressions(self):
        """Each is evaluated by itself after the cell, and changes nothing."""
        asked = {"sum": "a + 2", "wrong": "a + nothing", "command": "next", "three": "[1, 2, 3]"}
        reply, outputs = self.kernel.run("let a = 40", user_expressions=asked)
        found = reply["user_expressions"]
        self.assertEqual({name: value["status"] for name, value in found.items()},
                         {"sum": "ok", "wrong": "error", "command": "error", "three": "ok"})
        self.assertEqual(found["sum"]["data"]["text/plain"], "42")
        self.assertIn("nothing", found["wrong"]["evalue"])
        self.assertNotIn("42", str(outputs))
        number = reply["execution_count"]
        self.assertEqual(self.kernel.run("a")[0]["execution_count"], number + 1)
        # After a cell that failed there are none.
        reply, _ = self.kernel.run("nothing", user_expressions=asked)
        self.assertFalse(reply.get("user_expressions"))

    def test_error_with_a_caret(self):
        reply, outputs = self.kernel.run("1 +* 2")
        self.assertEqual(reply["status"], "error")
        self.assertEqual([kind for kind, _ in outputs], ["execute_input", "error"])
        self.assertEqual(reply["ename"], "expression")
        self.assertIn("^", "\n".join(outputs[1][1]["traceback"]))

    def test_an_error_aborts_what_is_queued_and_nothing_more(self):
        self.kernel.run("let kept = 1")
        for _ in range(3):
            messages = [self.kernel.client.execute(code) for code in [SLOW, "nothing"]]
            messages += [self.kernel.client.execute(f"let kept = {n}") for n in range(2, 30)]
            states = [self.kernel.reply(message)["content"]["status"] for message in messages]
            self.assertEqual(states, ["ok", "error"] + ["aborted"] * 28)
            # The next cell runs, and none of the aborted ones has.
            reply, outputs = self.kernel.run("kept")
            self.assertEqual(reply["status"], "ok")
            self.assertEqual(outputs[-1][1]["data"]["text/plain"], "1")

    def test_an_error_aborts_nothing_if_the_client_says_so(self):
        first = self.kernel.client.execute("nothing", stop_on_error=False)
        second = self.kernel.client.execute("1 + 1")
        self.assertEqual(self.kernel.reply(first)["content"]["status"], "error")
        self.assertEqual(self.kernel.reply(second)["content"]["status"], "ok")

    def test_interrupts_at_any_moment(self):
        for delay in range(0, 100, 5):
            with self.subTest(milliseconds=delay):
                self.kernel.run("reset")
                message = self.kernel.client.execute(LONG)
                self.kernel.wait_until_busy(message)
                time.sleep(delay / 1000)
                self.kernel.control("interrupt_request")
                reply = self.kernel.reply(message)["content"]
                self.assertEqual(reply["status"], "error")
                self.assertEqual(reply["ename"], "cancelled")
                # Nothing is lost, and the next cell isn't stopped.
                self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")

    def test_an_interrupt_without_a_wait(self):
        """An interrupt on the heels of "busy" isn't lost: the cell would take longer than anyone waits."""
        for _ in range(50):
            self.kernel.run("reset")
            message = self.kernel.client.execute("\n".join(1000 * [LONG, "reset"]))
            self.kernel.wait_until_busy(message)
            self.kernel.control("interrupt_request")
            self.assertEqual(self.kernel.reply(message)["content"].get("ename"), "cancelled")

    def test_an_interrupt_aborts_what_waits(self):
        self.kernel.run("reset")
        messages = [self.kernel.client.execute(LONG)]
        messages += [self.kernel.client.execute("1 + 1") for _ in range(5)]
        self.kernel.wait_until_busy(messages[0])
        time.sleep(0.2)
        self.kernel.control("interrupt_request")
        states = [self.kernel.reply(message)["content"]["status"] for message in messages]
        self.assertEqual(states, ["error"] + ["aborted"] * 5)

    def test_an_interrupt_of_nothing_does_nothing(self):
        self.kernel.control("interrupt_request")
        self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")

    def test_a_signal_interrupts(self):
        self.kernel.run("reset")
        message = self.kernel.client.execute(LONG)
        self.kernel.wait_until_busy(message)
        os.kill(self.kernel.manager.provisioner.pid, signal.SIGINT)
        self.assertEqual(self.kernel.reply(message)["content"]["ename"], "cancelled")

    def test_answers_while_a_cell_runs(self):
        self.kernel.run("reset")
        message = self.kernel.client.execute(LONG)
        self.kernel.wait_until_busy(message)
        client = self.kernel.client
        for ask in [
            lambda: client.complete("summ"), lambda: client.inspect("norm1"),
            lambda: client.is_complete("1 +"), lambda: client.history(), client.kernel_info,
        ]:
            self.assertIn("status", self.kernel.reply(ask())["content"])
        # The kernel's last status is that of the cell, which still runs.
        states = []
        while len(states) < 15:
            part = client.get_iopub_msg(timeout=PATIENCE)
            if part["msg_type"] == "status":
                states.append((part["content"]["execution_state"], part["parent_header"]["msg_id"]))
        self.assertEqual(states[-1], ("busy", message))
        self.kernel.control("interrupt_request")
        self.kernel.reply(message)

    def test_completes_by_unicode_scalars(self):
        reply = self.kernel.reply(self.kernel.client.complete('"𝄞"\nsumm', 8))["content"]
        self.assertEqual(reply["matches"], ["summary"])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (4, 8))

    def test_asks(self):
        self.kernel.run("lesson 1")
        self.kernel.run("quit")
        message = self.kernel.client.execute("progress reset", allow_stdin=True)
        question = self.kernel.client.get_stdin_msg(timeout=PATIENCE)
        self.assertEqual(question["msg_type"], "input_request")
        self.assertIn("Forget your progress", question["content"]["prompt"])
        self.kernel.client.input("n")
        outputs = self.kernel.outputs(message)
        self.assertIn("Nothing was changed", str(outputs))
        # A question can be interrupted, and isn't asked of a client that can't answer.
        message = self.kernel.client.execute("progress reset", allow_stdin=True)
        self.kernel.client.get_stdin_msg(timeout=PATIENCE)
        self.kernel.control("interrupt_request")
        self.assertEqual(self.kernel.reply(message)["content"]["status"], "error")
        reply, _ = self.kernel.run("progress reset", allow_stdin=False)
        self.assertIn("can't ask", reply["evalue"])

    def test_asks_a_client_that_connects_late(self):
        """A client's sockets connect one by one; a question waits for the one that it goes to."""
        self.kernel.run("lesson 1")
        self.kernel.run("quit")
        other = BlockingKernelClient()
        other.load_connection_file(self.kernel.manager.connection_file)
        other.start_channels(stdin=False, hb=False, control=False)
        message = other.execute("progress reset", allow_stdin=True)
        self.kernel.wait_until_busy(message)
        time.sleep(0.2)
        # The first use connects it.
        question = other.get_stdin_msg(timeout=PATIENCE)
        self.assertIn("Forget your progress", question["content"]["prompt"])
        other.input("n")
        self.assertEqual(other.get_shell_msg(timeout=PATIENCE)["content"]["status"], "ok")
        other.stop_channels()

    def test_a_lesson_takes_cells(self):
        outputs = self.kernel.run("lesson 1 --restart")[1]
        self.assertIn("Lesson 1", str(outputs))
        for _ in range(20):
            text = str(outputs)
            if "hint" in text and "skip" in text and "again" in text:
                break
            outputs = self.kernel.run("#")[1]
        self.assertIn("run your answer", str(outputs))
        self.assertIn("Hint 1", str(self.kernel.run("hint")[1]))
        done = self.kernel.client.is_complete("hi")
        self.assertEqual(self.kernel.reply(done)["content"]["status"], "complete")
        self.assertIn("Left lesson 1", str(self.kernel.run("quit")[1]))
        self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")

    def test_quit_asks_the_client_to_exit(self):
        reply, _ = self.kernel.run("quit")
        self.assertEqual(reply["payload"], [{"source": "ask_exit", "keepkernel": False}])
        self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")

    def test_every_client_is_welcomed(self):
        for _ in range(3):
            # With a session of its own, since a second client of the same session replaces the first.
            other = BlockingKernelClient()
            other.load_connection_file(self.kernel.manager.connection_file)
            other.start_channels(shell=False, stdin=False, hb=False, control=False)
            first = other.get_iopub_msg(timeout=PATIENCE)
            self.assertEqual(first["msg_type"], "iopub_welcome")
            # From now on the client misses nothing.
            message = self.kernel.client.execute("1 + 1")
            while other.get_iopub_msg(timeout=PATIENCE)["parent_header"].get("msg_id") != message:
                pass
            self.kernel.reply(message)
            other.stop_channels()

    def test_bad_messages_are_ignored(self):
        client = self.kernel.client
        socket = client.shell_channel.socket
        good = client.session.serialize(client.session.msg("kernel_info_request", {}))
        for number in range(10_000):
            frames = list(good)
            place = number % len(frames)
            if number % 3 == 0:
                frames[place] = frames[place][: number % 7]
            elif number % 3 == 1:
                del frames[place]
            else:
                frames[place] = frames[place] + b"x"
            socket.send_multipart(frames)
        begun = time.monotonic()
        self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")
        print(f"a reply after 10,000 bad messages took {time.monotonic() - begun:.3f} s")

    def test_unknown_requests_are_ignored(self):
        client = self.kernel.client
        client.shell_channel.send(client.session.msg("no_such_request", {}))
        self.assertEqual(self.kernel.run("1 + 1")[0]["status"], "ok")

    def test_heartbeat_while_a_cell_runs(self):
        self.kernel.run("reset")
        message = self.kernel.client.execute(LONG)
        self.kernel.wait_until_busy(message)
        self.assertTrue(self.kernel.client.hb_channel.is_beating())
        self.kernel.control("interrupt_request")
        self.kernel.reply(message)


class EndTests(unittest.TestCase):
    def test_shutdown_and_restart(self):
        kernel = Kernel()
        for restart in (True, False):
            reply = kernel.control("shutdown_request", {"restart": restart})
            self.assertEqual(reply["content"], {"status": "ok", "restart": restart})
            for _ in range(500):
                if not kernel.manager.is_alive():
                    break
                time.sleep(0.01)
            self.assertFalse(kernel.manager.is_alive())
            if restart:
                kernel.close()
                kernel = Kernel()
        kernel.close()

    def test_shutdown_stops_a_running_cell(self):
        kernel = Kernel()
        message = kernel.client.execute(LONG)
        kernel.wait_until_busy(message)
        kernel.control("shutdown_request", {"restart": False})
        self.assertEqual(kernel.reply(message)["content"]["ename"], "cancelled")
        kernel.close()

    def test_a_training_saves_before_the_kernel_restarts(self):
        kernel = Kernel()
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            train = f"train --network quick32 --data shapes --epochs 500 --save-minutes 0 --out '{run}'"
            message = kernel.client.execute(train)
            kernel.wait_until_busy(message)
            displays = {}
            while "update_display_data" not in displays:
                part = kernel.client.get_iopub_msg(timeout=PATIENCE)
                if part["msg_type"].endswith("display_data"):
                    display = part["content"]["transient"]["display_id"]
                    displays.setdefault(part["msg_type"], set()).add(display)
            # What is replaced was shown before.
            self.assertLessEqual(displays["update_display_data"], displays["display_data"])
            # Before the run has a folder, there is nothing to save.
            while not os.path.exists(run):
                time.sleep(0.01)
            kernel.control("shutdown_request", {"restart": True})
            self.assertEqual(kernel.reply(message)["content"]["ename"], "cancelled")
            kernel.close()
            kernel = Kernel()
            reply, _ = kernel.run(f"load '{run}'")
            self.assertEqual(reply["status"], "ok", reply)
        kernel.close()

    @unittest.skipUnless(zmq.has("curve"), "this libzmq has no encryption")
    def test_encrypts(self):
        kernel = Kernel(transport_encryption="required")
        try:
            self.assertIsNotNone(kernel.client.curve_publickey)
            self.assertEqual(kernel.run("1 + 1")[0]["status"], "ok")
            kernel.client.hb_channel.unpause()
            # A client without the key is turned away, and disturbs nobody.
            info = dict(kernel.manager.get_connection_info(), curve_publickey=None, curve_secretkey=None)
            stranger = BlockingKernelClient()
            stranger.load_connection_info({k: v for k, v in info.items() if v is not None})
            stranger.start_channels(hb=False)
            stranger.kernel_info()
            with self.assertRaises(queue.Empty):
                stranger.get_shell_msg(timeout=1)
            stranger.stop_channels()
            self.assertEqual(kernel.run("1 + 2")[0]["status"], "ok")
        finally:
            kernel.close()

    def test_the_kernel_ends_with_its_parent(self):
        script = (
            "import sys, time; from jupyter_client.manager import KernelManager\n"
            "m = KernelManager(kernel_name='alexnet'); m.start_kernel()\n"
            "c = m.client(); c.start_channels(); c.wait_for_ready(timeout=60)\n"
            "print(m.provisioner.pid, flush=True); time.sleep(100)"
        )
        parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        kernel = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        begun = time.monotonic()
        while self.is_running(kernel):
            self.assertLess(time.monotonic() - begun, PATIENCE, "the kernel goes on without its parent")
            time.sleep(0.02)
        print(f"the kernel ended {time.monotonic() - begun:.2f} s after its parent")

    @staticmethod
    def is_running(process):
        """Whether a process runs; one that has ended but that nobody has asked about doesn't."""
        try:
            with open(f"/proc/{process}/stat") as stat:
                return stat.read().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
