"""The kernel in JupyterLab, as a person uses it, in a headless Chromium.

Arguments: a lesson (Markdown), and a folder in which screenshots are kept.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest
import urllib.request

import jupytext
import nbformat
from nbconvert.preprocessors import ExecutePreprocessor
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 300
LESSON, SHOTS = sys.argv[1:3]
TRAIN = "train --network quick32 --data shapes --epochs {} --plot --save-minutes 0 --out '{}'"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A server with JupyterLab in a folder, and a browser."""

    def __init__(self, folder):
        self.folder, self.url = folder, f"http://127.0.0.1:{free_port()}"
        settings = os.path.join(os.environ["JUPYTER_CONFIG_DIR"], "labconfig")
        os.makedirs(settings, exist_ok=True)
        with open(os.path.join(settings, "default_setting_overrides.json"), "w") as file:
            json.dump({
                # The question whether to show news would cover the notebook.
                "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
                # Cells that aren't in view are there too.
                "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
            }, file)
        port = self.url.rpartition(":")[2]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser",
             "--allow-root", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        options = webdriver.ChromeOptions()
        for option in ("--headless=new", "--no-sandbox", "--disable-gpu",
                       "--disable-dev-shm-usage", "--window-size=1400,1000"):
            options.add_argument(option)
        self.browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.browser.set_script_timeout(PATIENCE)
        self.wait(lambda: self.answers(), "the server")

    def answers(self):
        try:
            return urllib.request.urlopen(self.url + "/api", timeout=1).status == 200
        except OSError:
            return False

    def close(self):
        # The browser first: it would complain about a server that is gone.
        self.browser.quit()
        self.server.terminate()
        try:
            self.server.wait(5)
        except subprocess.TimeoutExpired:
            # SIGTERM may be blocked here; a kernel ends with its parent.
            self.server.kill()
            self.server.wait(PATIENCE)

    @staticmethod
    def wait(condition, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"waited for {what} in vain")

    def script(self, text, *arguments):
        return self.browser.execute_script(text, *arguments)

    def command(self, name, **arguments):
        """Runs one of JupyterLab's commands without waiting for its end."""
        self.script("window.jupyterapp.commands.execute(arguments[0], arguments[1])", name, arguments)

    def open(self, name):
        self.browser.get(f"{self.url}/lab/tree/{name}")
        self.wait(lambda: self.script("return !!(window.jupyterapp)"), "JupyterLab")
        self.wait_for_kernel(name)

    def wait_for_kernel(self, name):
        # The indicator that people see says idle too early.
        self.wait(lambda: self.script(
            "const w = window.jupyterapp.shell.currentWidget;"
            "if (!w || !w.context || w.context.path !== arguments[0]) return false;"
            "const k = w.sessionContext.session && w.sessionContext.session.kernel;"
            "return !!k && k.connectionStatus === 'connected' && k.status === 'idle'", name),
            "the kernel")

    def cells(self):
        """The code cells: text, number, and outputs."""
        return self.script(
            "return window.jupyterapp.shell.currentWidget.content.widgets"
            ".filter(c => c.model.type === 'code').map(c => c.model.toJSON())")

    def wait_until_ran(self, count):
        """Waits until every cell that isn't empty has a number."""
        self.wait(lambda: len([c for c in self.cells() if c["execution_count"]]) >= count
                  and self.script("return window.jupyterapp.shell.currentWidget"
                                  ".sessionContext.session.kernel.status") == "idle",
                  f"{count} cells")

    def screenshot(self, name):
        self.browser.save_screenshot(os.path.join(SHOTS, name + ".png"))

    def select(self, place):
        self.script("window.jupyterapp.shell.currentWidget.content.activeCellIndex = arguments[0]",
                    place)

    def edit(self, place):
        """Puts the cursor at the end of a cell."""
        self.select(place)
        self.script(
            "const n = window.jupyterapp.shell.currentWidget.content; n.mode = 'edit';"
            "n.activeCell.editor.focus();"
            "n.activeCell.editor.setCursorPosition({line: n.activeCell.editor.lineCount - 1,"
            " column: n.activeCell.editor.getLine(n.activeCell.editor.lineCount - 1).length})")

    def type(self, *keys):
        webdriver.ActionChains(self.browser).send_keys(*keys).perform()

    def seen(self, selector):
        """The elements in view; those that are being replaced don't count."""
        return [e for e in self.browser.find_elements(By.CSS_SELECTOR, selector) if is_there(e)]


def is_there(element):
    """Whether an element is shown; one that has been removed isn't."""
    try:
        return element.is_displayed()
    except StaleElementReferenceException:
        return False


def media(cell):
    """The media types of a cell's outputs."""
    return {kind for output in cell["outputs"] for kind in output.get("data", {})}


def notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    spec = {"name": "alexnet", "display_name": "AlexNet", "language": "alexnet"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)


class LabTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = os.path.join(SHOTS, "work")
        os.makedirs(cls.folder, exist_ok=True)
        cls.lab = Lab(cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def path(self, name):
        return os.path.join(self.folder, name)

    def test_runs_a_lesson(self):
        lesson = jupytext.read(LESSON)
        nbformat.write(lesson, self.path("lesson.ipynb"))
        self.lab.open("lesson.ipynb")
        self.lab.command("notebook:run-all-cells")
        # Each question waits for an answer; the first gets a wrong one and then the right one, and the others
        # are left open.
        self.answer("1")
        sides = [int(side) for side in re.findall(r"image of (\d+)×", self.outputs())]
        self.answer(f"3 * {sides[0]} ** 2")
        self.lab.screenshot("question")
        exercises = [c for c in lesson.cells if c.source.startswith("exercise ")]
        for _ in exercises[1:]:
            self.answer("")
        count = len([c for c in lesson.cells if c.cell_type == "code" and c.source.strip()])
        self.lab.wait_until_ran(count)
        self.assertIn("Not quite.", self.outputs())
        self.assertEqual(self.outputs().count("Right."), 1)
        self.assertEqual(self.outputs().count("answer …") + self.outputs().count("are checked"),
                         len(exercises) - 1)
        self.lab.screenshot("lesson")
        for cell in self.lab.cells():
            for output in cell["outputs"]:
                self.assertNotEqual(output["output_type"], "error", (cell["source"], output))
        self.assertTrue(any("image/png" in media(cell) for cell in self.lab.cells()))
        self.assertTrue(self.lab.seen(".jp-RenderedImage img"))

    def answer(self, text):
        """Types a line where the running cell asks for one."""
        field = self.lab.wait(lambda: self.lab.seen(".jp-Stdin-input"), "the question")[0]
        field.send_keys(text + Keys.ENTER)
        self.lab.wait(lambda: not is_there(field), "the answer to be taken")

    def outputs(self):
        """The text of all cells' outputs, without escape sequences."""
        texts = []
        for cell in self.lab.cells():
            for output in cell["outputs"]:
                text = output.get("text") or output.get("data", {}).get("text/plain") or ""
                texts.append(text if isinstance(text, str) else "".join(text))
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(texts))

    def test_explores_a_layer(self):
        """A value that is clicked, and those that the arrow keys lead to, are what `why` says."""
        notebook(self.path("explore.ipynb"), "explore conv1", "")
        self.lab.open("explore.ipynb")
        self.lab.select(0)
        self.lab.command("notebook:run-cell")
        self.lab.wait_until_ran(1)
        figure = self.lab.wait(lambda: self.lab.seen(".alexnet-figure .panel.output > .map"),
                               "the figure")[0]
        self.lab.script("arguments[0].scrollIntoView({block: 'center'})", figure)
        webdriver.ActionChains(self.lab.browser).move_to_element_with_offset(
            figure, 25, -40).click().perform()
        shown = [self.figure()]
        for key in [Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_LEFT]:
            self.lab.type(key)
            shown.append(self.figure())
        self.lab.screenshot("explore")
        self.assertEqual(len({value["element"] for value in shown}), 5, shown)
        cell = "\n".join(f"why {value['element']}" for value in shown)
        self.lab.script("window.jupyterapp.shell.currentWidget.content.widgets[1]"
                        ".model.sharedModel.setSource(arguments[0])", cell)
        self.lab.select(1)
        self.lab.command("notebook:run-cell")
        self.lab.wait_until_ran(2)
        explained = " ".join(self.outputs().split())
        for value in shown:
            self.assertIn(f"{value['element']} = {value['words']}", explained)
            for step in value["steps"] + [value["stored"]]:
                self.assertIn(step, explained)
            self.assertIn(value["value"], value["steps"][-1])

    def figure(self):
        """What the figure says about the selected value."""
        return self.lab.script(
            """
            const figure = document.querySelector(".alexnet-figure");
            const words = (element) => element.textContent.trim().split(/\\s+/).join(" ");
            const one = (selector) => words(figure.querySelector(selector));
            return { element: one(".answer .name"), value: one(".answer strong"),
                     words: one(".words"), stored: one(".stored"),
                     steps: [...figure.querySelectorAll(".step")].map(words) };
            """)

    def test_shows_a_notebook_that_is_not_trusted(self):
        """Images, charts and tables are there before anything ran; a figure says how to click it."""
        path = self.path("untrusted.ipynb")
        notebook(path, "network cuda-convnet-26\nnext", "view conv1[0...3]",
                 "plot histogram conv1.output", "summary", "explore conv1")
        ran = nbformat.read(path, as_version=4)
        ExecutePreprocessor(timeout=PATIENCE).preprocess(ran)
        nbformat.write(ran, path)
        self.lab.open("untrusted.ipynb")
        self.assertFalse(self.lab.script(
            "return window.jupyterapp.shell.currentWidget.content.widgets.some(c => c.model.trusted)"))
        # Other notebooks may be open in other tabs.
        cells = self.lab.script(
            "return window.jupyterapp.shell.currentWidget.content.widgets.map(c => c.node)")
        for place in [1, 2, 4]:
            self.lab.wait(lambda: self.lab.script(
                "const image = arguments[0].querySelector('.jp-OutputArea-output img');"
                "return !!image && image.complete && image.naturalWidth > 50", cells[place]),
                f"an image in cell {place + 1}")
        self.assertTrue(cells[3].find_elements(By.CSS_SELECTOR, ".jp-OutputArea-output table"))
        self.assertIn("Trust Notebook", cells[4].text)
        self.lab.script("arguments[0].scrollIntoView()", cells[1])
        self.lab.screenshot("untrusted")
        self.lab.script("arguments[0].scrollIntoView()", cells[4])
        self.lab.screenshot("untrusted-figure")

    def test_shows_filters_and_curves(self):
        notebook(self.path("training.ipynb"), "network quick32", "view conv1.weight",
                 TRAIN.format(3, self.path("run")), "forward")
        self.lab.open("training.ipynb")
        self.lab.command("notebook:run-all-cells")
        self.lab.wait_until_ran(4)
        filters, training = self.lab.cells()[1:3]
        self.assertIn("image/png", media(filters))
        self.assertIn("image/svg+xml", media(training))
        # A line of progress ends with the training: what is left of it is empty.
        shown = self.lab.script(
            "return [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.innerText)")
        self.assertFalse([text for text in shown if text.strip().startswith("epoch 1, step")], shown)
        self.lab.screenshot("training")

    def test_completes_and_inspects(self):
        notebook(self.path("typing.ipynb"), "let answer = 6 * 7", "ans", "summary")
        self.lab.open("typing.ipynb")
        self.lab.select(0)
        self.lab.command("notebook:run-cell")
        self.lab.wait_until_ran(1)
        self.lab.edit(1)
        self.lab.type(Keys.TAB)
        self.lab.wait(lambda: self.lab.cells()[1]["source"] == "answer"
                      or self.lab.seen(".jp-Completer"), "the completions")
        if self.lab.seen(".jp-Completer"):
            self.lab.type(Keys.ENTER)
        self.lab.wait(lambda: self.lab.cells()[1]["source"] == "answer", "the completed name")
        self.lab.edit(2)
        self.lab.type(Keys.SHIFT, Keys.TAB)
        self.lab.command("tooltip:launch-notebook")
        tooltip = self.lab.wait(lambda: self.lab.seen(".jp-Tooltip"), "the help")[0]
        self.assertIn("summary", tooltip.text)
        self.lab.screenshot("help")

    def test_interrupts_and_restarts(self):
        notebook(self.path("stop.ipynb"), "network quick32", TRAIN.format(500, self.path("stopped")),
                 "1 + 1")
        self.lab.open("stop.ipynb")
        self.lab.command("notebook:run-all-cells")
        self.lab.wait(lambda: "epoch 1" in json.dumps(self.lab.cells()[1]["outputs"]), "the training")
        self.lab.command("notebook:interrupt-kernel")
        self.lab.wait_for_kernel("stop.ipynb")
        outputs = self.lab.wait(
            lambda: [o for o in self.lab.cells()[1]["outputs"] if o["output_type"] == "error"],
            "the interrupt")
        self.assertEqual(outputs[0]["ename"], "cancelled")
        self.lab.screenshot("interrupted")
        # The cell behind it didn't run.
        self.assertFalse(self.lab.cells()[2]["outputs"])
        self.assertTrue(os.path.exists(self.path("stopped/run.json")))

        self.lab.script(
            "const c = window.jupyterapp.shell.currentWidget.content.widgets[1];"
            "c.model.sharedModel.setSource('summary')")
        self.lab.command("notebook:restart-run-all")
        self.lab.wait(lambda: self.lab.seen(".jp-Dialog .jp-mod-accept"), "the question")[0].click()
        self.lab.wait(lambda: self.lab.cells()[2]["outputs"], "the last cell")
        self.lab.wait_until_ran(3)
        self.assertEqual([c["execution_count"] for c in self.lab.cells()], [1, 2, 3])
        self.assertEqual(self.lab.cells()[2]["outputs"][0]["data"]["text/plain"], "2")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
