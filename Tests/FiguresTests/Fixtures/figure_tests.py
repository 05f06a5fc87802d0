"""The figure of `explore`, in a headless Chromium, compared with `why`.

figure_tests.py PROGRAM FOLDER: writes a page for each layer of two networks into the folder, opens each
from its file, selects values by click and by key, and compares what the page shows with what the program
explains.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM, FOLDER = sys.argv[1:3]
NETWORKS = {
    "kinds": os.path.join(HERE, "kinds.json"),
    "cuda-convnet-18": "cuda-convnet-18",
}


def alexnet(network, cells, *options):
    """What the program prints for these cells."""
    words = [PROGRAM, "--network", network, *options]
    for cell in cells:
        words += ["-c", cell]
    result = subprocess.run(words, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    return result.stdout


def words(text):
    """Text without its line breaks, which depend on the width."""
    return " ".join(text.split())


def number(text):
    """A number as the program shows it."""
    return float(text.replace("\N{MINUS SIGN}", "-"))


class Explained:
    """What `why` says about an element: as text and as JSON."""

    def __init__(self, text, data):
        self.text, self.json = words(text), data


def explain(network, elements):
    """Explains elements, in one run of the program for each form."""
    cells = [f"why {element}" for element in elements]
    text = alexnet(network, cells)
    starts = []
    for element in elements:
        start = text.index(f"{element} = ", starts[-1] + 1 if starts else 0)
        starts.append(start)
    data = [json.loads(line) for line in alexnet(network, cells, "--json").splitlines()]
    assert len(data) == len(elements), data
    ends = starts[1:] + [len(text)]
    return {
        element: Explained(text[start:end], value)
        for element, start, end, value in zip(elements, starts, ends, data)
    }


def layers(network):
    """The names of a network's layers."""
    return [layer["name"] for layer in json.loads(alexnet(network, ["summary"], "--json"))["layers"]]


class Page:
    """A figure in the browser."""

    def __init__(self, driver, path):
        self.driver = driver
        driver.get("file://" + path)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, ".alexnet-figure " + selector)

    def text(self, selector):
        return words(self.one(selector).get_attribute("textContent"))

    def shown(self):
        """Everything that the page says about the selected value."""
        return self.driver.execute_script(
            """
            const figure = document.querySelector(".alexnet-figure");
            const words = (element) => element.textContent.trim().split(/\\s+/).join(" ");
            const all = (selector) => [...figure.querySelectorAll(selector)];
            const one = (selector) => words(figure.querySelector(selector));
            return {
              element: one(".answer .name"), value: one(".answer strong"),
              steps: all(".step").map(words), stored: one(".stored"), status: one("[role=status]"),
              words: one(".words"), why: one("footer .command code"), working: one(".working"),
              notes: all(".notes .note").map(words),
              tables: all(".working table").map((table) =>
                [...table.rows].map((row) => [...row.cells].map(words))),
            };
            """)

    @property
    def map(self):
        return self.one(".panel.output > .map")

    def click(self, row, column, height, width):
        """Clicks a cell of the output's map, or the cell in the same place if the map is smaller."""
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", self.map)
        box = self.map.rect
        place = lambda i, n, size: int((i + 0.5) / n * size - size / 2)
        ActionChains(self.driver).move_to_element_with_offset(
            self.map, place(column, width, box["width"]), place(row, height, box["height"])
        ).click().perform()

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()


class FigureTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        options = webdriver.ChromeOptions()
        for option in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                       "--window-size=1100,1000", "--force-device-scale-factor=1"]:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # Named, so that Selenium doesn't look for them on the network.
        options.binary_location = shutil.which("chromium")
        cls.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()

    # Each value that a figure shows is what `why` says.

    def test_every_kind_of_layer(self):
        self.check("kinds")

    def test_a_network_for_cifar10(self):
        self.check("cuda-convnet-18", ["conv1", "pool1", "norm1", "conv2", "pool2", "fc10"])

    def check(self, name, some=None):
        network = NETWORKS[name]
        names = some or layers(network)
        cells = [f"explore {layer} --html '{FOLDER}/{name}-{layer}.html'" for layer in names]
        alexnet(network, cells)
        seen = {layer: self.walk(f"{FOLDER}/{name}-{layer}.html") for layer in names}
        elements = sorted({shown["element"] for values in seen.values() for shown in values})
        explained = explain(network, elements)
        for layer, values in seen.items():
            self.assertGreaterEqual(len({shown["element"] for shown in values}), 4 if layer not in
                                    ["fc5", "softmax"] else 3, layer)
            for shown in values:
                with self.subTest(shown["element"]):
                    self.compare(shown, explained[shown["element"]])

    def walk(self, path):
        """Selects values of a figure: its first, some by keyboard alone, some by click."""
        self.driver.get_log("performance")
        page = Page(self.driver, path)
        values = [page.shown()]
        for _ in range(12):
            if self.driver.execute_script("return document.activeElement.matches('.output > .map')"):
                break
            page.press(Keys.TAB)
        else:
            self.fail("the Tab key doesn't reach the map")
        outline = page.map.value_of_css_property("outline-style")
        self.assertNotEqual(outline, "none", "the focus isn't visible")
        for keys in [[Keys.ARROW_LEFT], [Keys.ARROW_UP], [Keys.PAGE_UP], ["+"], [Keys.HOME],
                     [Keys.ARROW_RIGHT], [Keys.ARROW_DOWN], [Keys.PAGE_DOWN], [Keys.END], ["-"]]:
            page.press(*keys)
            values.append(page.shown())
        first = page.map.get_attribute("aria-label")
        self.assertTrue(first.startswith("Output of "), first)
        for row, column in [(0, 0), (1, 3), (2, 2), (3, 1)]:
            page.click(row, column, 4, 4)
            values.append(page.shown())
        problems = [entry for entry in self.driver.get_log("browser")
                    if "favicon" not in entry["message"]]
        self.assertEqual(problems, [], path)
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                self.assertRegex(url, "^(file|data):")
        return values

    def compare(self, shown, explained):
        """Compares what the page shows about a value with what the program says."""
        name, text, data = shown["element"], explained.text, explained.json
        self.assertEqual(shown["why"], f"why {name}")
        # The heading, the formula with numbers, the stored value and the verdict, word for word.
        for part in [f"{name} = {shown['words']}", *shown["steps"], shown["stored"]]:
            self.assertIn(part, text)
        self.assertEqual(len(shown["steps"]), 0 if "winner" in data else len(data["steps"]))
        for step, value in zip(shown["steps"], data["steps"]):
            last = number(step.split(" ")[-1])
            self.assertLessEqual(abs(last - value["value"]), 1e-5 * abs(value["value"]) + 1e-12)
        self.assertLessEqual(
            abs(number(shown["value"]) - data["recomputed"]), 1e-5 * abs(data["recomputed"]) + 1e-12)
        self.assertTrue(shown["stored"].startswith("stored"))
        # What a screen reader hears names the value and the result.
        self.assertIn(name, shown["status"])
        self.assertIn(shown["value"], shown["status"])
        for note in shown["notes"]:
            self.assertIn(note, text)
        if "groups" in data and len(data["groups"]) <= 8 and shown["tables"][0][0][0] == "channel":
            rows = shown["tables"][0][2:]
            self.assertEqual(len(rows), len(data["groups"]))
            for row, group in zip(rows, data["groups"]):
                self.assertAlmostEqual(number(row[1]), group["sum"], delta=1e-5 * abs(group["sum"]) + 1e-9)
                self.assertAlmostEqual(
                    number(row[3]), group["running"], delta=1e-5 * abs(group["running"]) + 1e-9)
        if "largestTerms" in data and "largest terms" in shown["working"]:
            rows = shown["tables"][0][1:]
            for row, term in zip(rows, data["largestTerms"]):
                self.assertEqual(row[0], f"x[{term['x'][0]}]")
                self.assertAlmostEqual(number(row[4]), term["product"], delta=1e-5 * abs(term["product"]))
        if "winner" in data:
            self.assertIn(f"[{', '.join(map(str, data['winner']))}] wins", shown["working"])
            windows = {tuple(pair) for value in data["window"] for pair in value["windows"]}
            for row, column in windows - {tuple(data["index"][1:])}:
                self.assertIn(f"window ({row}, {column}) shares", shown["working"])
        if "conventions" in data:
            self.definitions(shown, text, data)
        if "largestLogit" in data:
            self.assertIn("<hen>" if "cat" in shown["working"] else "", shown["working"])

    def definitions(self, shown, text, data):
        """The neighbours, and the definitions side by side."""
        neighbours, definitions = shown["tables"]
        values = [value["a"] for value in data["neighbours"]]
        self.assertEqual(len(neighbours) - 2, len(values))
        for row, value in zip(neighbours[1:], values):
            self.assertAlmostEqual(number(row[1]), value, delta=1e-5 * abs(value))
        self.assertGreaterEqual(len(definitions), 3)
        for row in definitions[1:]:
            title = row[0].removeprefix("→ ")
            # A title may be broken anywhere in the program's table, so its numbers are compared.
            self.assertIn(row[4], text, title)
            self.assertIn(row[3], text, title)
            self.assertIn(row[1], text, title)

    # The figure as a whole.

    def test_only_some_weights_fit(self):
        """A value whose weights aren't in the figure says so, with the command that shows it."""
        network = os.path.join(FOLDER, "wide.json")
        with open(network, "w") as file:
            json.dump({
                "format": "alexnet-network", "version": 1, "name": "wide", "title": "wide",
                "input": {"channels": 3, "height": 60, "width": 60, "scale": 1, "mean": [0, 0, 0],
                          "deviation": [1, 1, 1]},
                "layers": [{"name": "flatten", "kind": "flatten"},
                           {"name": "fc1", "kind": "linear", "outputs": 30}]}, file)
        path = f"{FOLDER}/wide.html"
        alexnet(network, [f"explore fc1[7] --html '{path}'"])
        self.assertLess(os.path.getsize(path), 1_000_000)
        page = Page(self.driver, path)
        self.assertEqual(page.text(".answer .name"), "fc1[7]")
        included = re.search(r"weights of (\d+) of 30 outputs", page.text("footer"))
        self.assertLess(int(included[1]), 30)
        seen = set()
        self.driver.execute_script("arguments[0].focus()", page.map)
        page.press(Keys.HOME)
        for _ in range(30):
            seen.add(page.text(".answer .name"))
            self.assertEqual(page.text("footer .command code"), "why " + page.text(".answer .name"))
            page.press(Keys.ARROW_RIGHT)
        self.assertEqual(len(seen), int(included[1]))
        missing = next(i for i in range(30) if f"fc1[{i}]" not in seen)
        self.driver.execute_script(f"document.querySelector('.alexnet-figure').figure.select([{missing}])")
        self.assertIn("weights aren't in this figure", page.text(".words"))
        self.assertEqual(page.text("footer .command code"), f"explore fc1[{missing}]")

    def test_narrow_and_dark(self):
        """The page never scrolls sideways on a phone, and its colours follow the theme."""
        for layer in ["conv1", "norm1", "pool1", "fc4", "softmax"]:
            path = f"{FOLDER}/narrow-{layer}.html"
            alexnet(NETWORKS["kinds"], [f"explore {layer} --html '{path}'"])
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
            try:
                page = Page(self.driver, path)
                width = self.driver.execute_script("return document.documentElement.scrollWidth")
                self.assertLessEqual(width, 360, layer)
                light = self.color(page)
                self.theme("dark")
                self.driver.execute_async_script("setTimeout(arguments[0], 300)")
                self.assertEqual(
                    self.driver.execute_script(
                        "return document.querySelector('.alexnet-figure').dataset.theme"), "dark")
                self.assertNotEqual(self.color(page), light, layer)
            finally:
                self.theme("")
                self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def theme(self, value):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": value}]})

    def color(self, page):
        """The colours of the legend: every map uses them."""
        return self.driver.execute_script(
            """const bar = document.querySelector('.outputLegend canvas');
               return [...bar.getContext('2d').getImageData(0, 0, 256, 1).data].join()""")

    def test_other_controls(self):
        """Channels, other layers and the copied command work without a mouse."""
        path = f"{FOLDER}/controls.html"
        alexnet(NETWORKS["kinds"], [f"explore conv2[3, 2, 2] --html '{path}'"])
        page = Page(self.driver, path)
        self.assertEqual(page.text(".answer .name"), "conv2[3, 2, 2]")
        page.one(".panel.output button[aria-label='Next channel']").send_keys(Keys.ENTER)
        self.assertEqual(page.text(".answer .name"), "conv2[4, 2, 2]")
        page.one(".panel.input button[aria-label='Next input channel']").send_keys(Keys.SPACE)
        chosen = page.one(".working tr.chosen button").text
        self.assertIn(f"channel {chosen}", page.text(".working"))
        self.assertIn(f"channel {chosen}", page.text(".inputCaption"))
        page.one(".working details summary").send_keys(Keys.ENTER)
        self.driver.execute_async_script("setTimeout(arguments[0], 100)")
        rows = self.driver.find_elements(By.CSS_SELECTOR, ".working details tbody tr")
        self.assertEqual(len(rows), 9)
        self.assertEqual(page.text("footer p:nth-child(2) code"), "explore tanh2")
        page.one("footer select").send_keys(Keys.ARROW_DOWN)
        self.assertEqual(page.text("footer p:nth-child(2) code"), "explore norm2")

    def test_an_image_or_one_of_its_channels(self):
        """The input shows the image until a channel is chosen; then the products are that channel's too."""
        path = f"{FOLDER}/image.html"
        alexnet("alexnet", [f"explore conv1 --html '{path}'"])
        page = Page(self.driver, path)
        self.assertIn("as the image was", page.text(".inputLegend"))
        choice = page.one(".panel.input select")
        self.assertEqual(choice.get_attribute("value"), "-1")
        for word in ["red", "green"]:
            page.one(".panel.input button[aria-label='Next view of the input']").send_keys(Keys.SPACE)
            self.assertIn(f"channel {word}", page.text(".inputCaption"))
            self.assertIn(f"Window times filter, channel {word}", page.text(".working"))
            self.assertNotIn("as the image was", page.text(".inputLegend"))
        for _ in range(2):
            page.one(".panel.input button[aria-label='Previous view of the input']").send_keys(Keys.SPACE)
        self.assertIn("as the image was", page.text(".inputLegend"))

    def test_in_an_exported_session(self):
        """Figures in a session's page work as they do on their own."""
        path = f"{FOLDER}/session.html"
        alexnet(NETWORKS["kinds"], ["explore conv1", "explore pool1", f"export '{path}'"])
        page = Page(self.driver, path)
        self.assertEqual(
            len(self.driver.find_elements(By.CSS_SELECTOR, ".alexnet-figure .answer")), 2)
        shown = []
        page.click(2, 3, 7, 7)
        for key in [None, Keys.ARROW_RIGHT, Keys.ARROW_DOWN]:
            if key:
                page.press(key)
            shown.append(page.shown())
        self.assertEqual(len({value["element"] for value in shown}), 3)
        explained = explain(NETWORKS["kinds"], [value["element"] for value in shown])
        for value in shown:
            self.compare(value, explained[value["element"]])

    def test_without_its_script(self):
        """Where scripts and styles are removed, the page still says what the layer is and shows its map."""
        path = f"{FOLDER}/still.html"
        alexnet(NETWORKS["kinds"], [f"explore conv1 --html '{path}'"])
        with open(path) as file:
            text = file.read()
        for tag in ["script", "style"]:
            text = re.sub(rf"<{tag}\b.*?</{tag}>", "", text, flags=re.DOTALL)
        with open(path, "w") as file:
            file.write(text)
        page = Page(self.driver, path)
        self.assertIn("convolution", page.one(".alone").text)
        self.assertGreater(page.one(".alone img").rect["width"], 100)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[3:]])
