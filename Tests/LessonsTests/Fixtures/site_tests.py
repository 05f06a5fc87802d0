"""The course's web site in a headless Chromium.

site_tests.py PROGRAM FOLDER LESSON…: writes the site of these lessons (of all, if none is named) into the
folder, opens every page from its file, follows every link within the site, checks every answer and known
mistake in the pages, answers exercises by mouse and by keyboard, and runs axe-core's checks.
"""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from urllib.parse import unquote

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PROGRAM, FOLDER = sys.argv[1:3]
LESSONS = sys.argv[3:]
SITE = Path(FOLDER) / "site"


def axe():
    """The script of axe-core, from the package that brings it; None without it."""
    try:
        import axe_core_python
    except ImportError:
        return None
    found = sorted(Path(axe_core_python.__file__).parent.rglob("axe.min.js"))
    return found[0].read_text() if found else None


def alexnet(*words):
    result = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    return result.stdout


class SiteTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        said = json.loads(alexnet("lesson", "site", str(SITE), *LESSONS, "--json"))
        assert said["bytes"] < 15_000_000, said
        assert said["files"] == len(list(SITE.iterdir())), said
        options = webdriver.ChromeOptions()
        for option in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                       "--window-size=1280,1000", "--force-device-scale-factor=1"]:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        # Named, so that Selenium doesn't look for them on the network.
        options.binary_location = shutil.which("chromium")
        # A click on what is below the window scrolls there at once.
        options.add_argument("--force-prefers-reduced-motion")
        cls.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        cls.driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": FOLDER})
        cls.pages = sorted(SITE.glob("*.html"))
        # Lessons are named after their files.
        cls.lessons = [page for page in cls.pages if page.with_suffix(".md").exists()]

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()

    def open(self, page):
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri() if isinstance(page, Path) else page)

    def one(self, selector, within=None):
        return (within or self.driver).find_element(By.CSS_SELECTOR, selector)

    def every(self, selector, within=None):
        return (within or self.driver).find_elements(By.CSS_SELECTOR, selector)

    def forget(self):
        self.driver.execute_script("localStorage.clear()")
        self.driver.refresh()

    # Pages

    def test_no_page_complains_or_loads_anything(self):
        for page in self.pages:
            with self.subTest(page=page.name):
                self.open(page)
                self.assertEqual(self.driver.get_log("browser"), [])
                for entry in self.driver.get_log("performance"):
                    message = json.loads(entry["message"])["message"]
                    if message["method"] == "Network.requestWillBeSent":
                        url = message["params"]["request"]["url"]
                        self.assertRegex(url, "^(file|data|blob):")

    def test_no_page_names_this_machine(self):
        """No file has a path, or the name, of the machine on which the site was built."""
        folders = {
            FOLDER, str(Path.home()), tempfile.gettempdir(), os.getcwd(), str(Path(PROGRAM).parent)}
        for name in ["ALEXNET_HOME", "ALEXNET_DATA", "XDG_CACHE_HOME"]:
            folders.add(os.environ.get(name, FOLDER))
        # A short name may be a word of a lesson.
        names = {one for one in [socket.gethostname()] if len(one) > 8}
        anywhere = re.compile(r"(?<![\w.~/])/(?:home|root|Users|tmp|private|var/folders)/[^\s<]*")
        for file in sorted(SITE.iterdir()):
            text = file.read_text()
            data = re.search(r'id="exercises">([^<]*)<', text)
            if data:
                text += base64.b64decode(data[1]).decode()
            with self.subTest(file=file.name):
                self.assertEqual([], [one for one in folders if one + "/" in text]
                                 + [one for one in names if one in text])
                self.assertEqual(anywhere.findall(text), [])
                self.assertNotIn("kept from when you ran this", text)

    def test_every_link_leads_somewhere(self):
        identifiers = {}
        links = {}
        for page in self.pages:
            self.open(page)
            identifiers[page.name] = set(self.driver.execute_script(
                "return Array.from(document.querySelectorAll('[id]'), (one) => one.id)"))
            links[page.name] = self.driver.execute_script(
                "return Array.from(document.links, (one) => one.getAttribute('href'))")
        count = 0
        for name, addresses in links.items():
            for address in addresses:
                if re.match("https?:", address):
                    continue
                with self.subTest(page=name, link=address):
                    file, _, part = address.partition("#")
                    target = file or name
                    self.assertTrue((SITE / target).exists())
                    if part:
                        self.assertIn(unquote(part), identifiers[target])
                    count += 1
        self.assertGreater(count, 50)

    def test_fits_a_phone(self):
        size = self.driver.get_window_size()
        kept = 0
        try:
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})
            for page in self.pages:
                with self.subTest(page=page.name):
                    self.open(page)
                    # The first column of a wide table stays in view.
                    for table in self.every(".printed .keeps-first"):
                        first, left = self.driver.execute_script("""
                            const box = arguments[0].closest(".printed");
                            box.scrollLeft = 80;
                            const first = arguments[0].querySelector("tbody tr > :first-child");
                            return [first.getBoundingClientRect().x, box.getBoundingClientRect().x];
                            """, table)
                        self.assertAlmostEqual(first, left, delta=20)
                        kept += 1
                    width = self.driver.execute_script(
                        "return document.documentElement.scrollWidth")
                    self.assertLessEqual(width, 360)
                    # Only tables and what cells print may scroll, each in its own box.
                    self.assertEqual(self.driver.execute_script("""
                        return Array.from(document.querySelectorAll("main *"))
                          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
                            && one.clientWidth > 0 && getComputedStyle(one).overflowX !== "visible"
                            && one.tagName !== "INPUT"
                            && !one.closest(".scrolls, .printed, .listing, .unseen, .alexnet-figure"))
                          .map((one) => one.outerHTML.slice(0, 100));
                        """), [])
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            self.driver.set_window_size(size["width"], size["height"])
        self.assertGreater(kept, 0)

    def test_figures_are_whole(self):
        """The style of the site leaves the figures as they are: every map is drawn, in its proportions."""
        for page in sorted(SITE.glob("explore-*.html")):
            self.open(page)
            for one in self.every(".alexnet-figure .panel > .map"):
                with self.subTest(page=page.name):
                    self.assertGreater(one.rect["width"], 200)
                    self.assertGreater(one.rect["height"], 100)

    def test_the_map_fits(self):
        """The map of the paths is as wide as the page, or a list where that is too narrow for it."""
        try:
            for width in [360, 700, 900, 1100, 1600]:
                self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
                    "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
                self.open(SITE / "paths.html")
                shown = [self.one(one).is_displayed() for one in [".course-map", ".needs"]]
                self.assertEqual(shown, [width >= 900, width < 900], width)
                if not shown[0]:
                    continue
                box = self.one(".course-map svg").rect
                self.assertLessEqual(box["x"] + box["width"], width)
                text = self.one(".course-map text")
                size = self.driver.execute_script(
                    "return parseFloat(getComputedStyle(arguments[0]).fontSize)"
                    " * arguments[0].getScreenCTM().a", text)
                self.assertGreater(size, 10)
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def test_axe_finds_nothing(self):
        script = axe()
        if script is None:
            self.skipTest("axe-core isn't installed: make python")
        for scheme in ["light", "dark"]:
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": scheme}]})
            for page in self.pages:
                with self.subTest(page=page.name, scheme=scheme):
                    self.open(page)
                    if page in self.lessons:
                        self.show_everything()
                    self.driver.execute_script(script)
                    found = self.driver.execute_async_script(
                        "axe.run().then((result) => arguments[0](result.violations))")
                    self.assertEqual([], [
                        (one["id"], node["html"][:200], node["failureSummary"][:300])
                        for one in found for node in one["nodes"][:3]])
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def show_everything(self):
        """All hints, verdicts of both kinds, and what is folded away."""
        self.driver.execute_script("""
            for (const [place, one] of window.alexnet.exercises.entries()) {
              while (one.hintsGiven < one.posed.hints.length) one.hint();
              if (place % 2 === 0) one.skip(); else one.miss("Not this one.");
            }
            document.querySelectorAll("details").forEach((one) => { one.open = true; });
            """)

    # Exercises

    def test_every_answer_and_mistake(self):
        """The script accepts the right answer of each seed, and knows each mistake."""
        for page in self.lessons:
            self.open(page)
            found = self.driver.execute_script("""
                const { judge, posed, data } = window.alexnet;
                const problems = [];
                let count = 0;
                for (const exercise of data.exercises) {
                  for (let seed = 0; seed < 20; seed += 1) {
                    const one = posed(data, exercise, seed);
                    if (one.options && one.options.filter((option) => option.isRight).length !== 1) {
                      problems.push([exercise.name, seed, "options"]);
                    }
                    if (one.question === null) continue;
                    const element = document.createElement("p");
                    element.innerHTML = one.answer;
                    const verdict = judge(element.textContent, one.question);
                    count += 1;
                    if (verdict.kind !== "right") problems.push([exercise.name, seed, one.answer, verdict]);
                    for (const mistake of one.question.mistakes) {
                      const typed = typeof mistake.value === "object" && mistake.value !== null
                        && !Array.isArray(mistake.value)
                        ? mistake.value.layer ?? mistake.value.text : JSON.stringify(mistake.value);
                      const said = judge(typed, one.question);
                      // The program takes a right answer with too few digits for no mistake, either.
                      const isKnown = said.kind === "close"
                        || (said.kind === "wrong" && said.text === mistake.text);
                      if (!isKnown) problems.push([exercise.name, seed, typed, said, mistake.text]);
                    }
                  }
                }
                return { problems, count };
                """)
            with self.subTest(page=page.name):
                self.assertEqual(found["problems"], [])
                self.assertGreater(found["count"], 0)

    def first(self, kind):
        """A page with an exercise of a kind, and the exercise's section."""
        for page in self.lessons:
            self.open(page)
            self.forget()
            name = self.driver.execute_script("""
                const wanted = arguments[0];
                const { exercises } = window.alexnet;
                return exercises.find((one) => wanted === "choice" ? one.posed.options
                  : wanted === "goal" ? one.posed.known?.length === 0
                  : wanted === "cells" ? one.posed.known?.some((each) => !each.isRight && each.text)
                  : one.posed.question?.mistakes.length > 0 && one.exercise.kind === wanted
                    && new Set(one.exercise.seeds).size > 1)?.exercise.name;
                """, kind)
            if name:
                return page, self.one(f'[data-exercise="{name}"]')
        return self.fail(f"no exercise of kind {kind}")

    def state(self, section):
        """What the script has for an exercise: the answer, a mistake, and what it shows."""
        return self.driver.execute_script("""
            const one = window.alexnet.exercises.find(
              (each) => each.section === arguments[0]);
            const plain = (html) => {
              const element = document.createElement("p");
              element.innerHTML = html ?? "";
              return element.textContent.replace(/\\s+/g, " ").trim();
            };
            const { posed } = one;
            const mistake = posed.question?.mistakes.find(
              (each) => window.alexnet.judge(JSON.stringify(each.value), posed.question).kind === "wrong");
            return {
              answer: plain(posed.answer), question: plain(posed.html), hints: posed.hints.map(plain),
              after: plain(posed.after), step: one.exercise.step, name: one.exercise.name,
              mistake: mistake && { typed: JSON.stringify(mistake.value), text: plain(mistake.text) },
              right: posed.options?.findIndex((option) => option.isRight),
              reasons: posed.options?.map((option) => plain(option.reason)),
            };
            """, section)

    def click(self, selector, section=None):
        button = self.one(selector, section)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def text(self, selector, section=None):
        return " ".join(self.one(selector, section).get_attribute("textContent").split())

    def test_wrong_hint_right(self):
        _, section = self.first("number")
        state = self.state(section)
        field = self.one("input", section)
        self.assertEqual(self.text(".question", section), state["question"])
        field.send_keys("nonsense")
        self.click("button[type=submit]", section)
        self.assertIn("Type a number or an expression", self.text(".result", section))
        field.clear()
        field.send_keys(state["mistake"]["typed"])
        self.click("button[type=submit]", section)
        self.assertEqual(self.text(".result", section), "Not quite. " + state["mistake"]["text"])
        for place, hint in enumerate(state["hints"]):
            self.click("[data-key=hint]", section)
            shown = [" ".join(one.get_attribute("textContent").split())
                     for one in self.every(".hints li", section)]
            self.assertEqual(shown, state["hints"][:place + 1])
            self.assertEqual(shown[-1], hint)
        self.assertFalse(self.one("[data-key=hint]", section).is_enabled())
        field.clear()
        field.send_keys(state["answer"], Keys.ENTER)
        said = self.text(".result", section)
        self.assertIn("Right.", said)
        self.assertIn(state["after"], said)
        self.assertEqual(section.get_attribute("data-state"), "done")
        # It is kept, and the list of steps shows it.
        self.driver.refresh()
        self.assertEqual(
            self.one(f'.steps a[href="#{state["step"]}"]').get_attribute("data-state"), "done")
        # Other numbers.
        section = self.one(f'[data-exercise="{state["name"]}"]')
        self.click("[data-key=again]", section)
        self.assertNotEqual(self.state(section)["question"], state["question"])

    def test_a_choice_by_keyboard_only(self):
        _, section = self.first("choice")
        state = self.state(section)
        options = self.every("input", section)
        self.driver.execute_script("arguments[0].focus()", options[0])
        active = self.driver.switch_to.active_element
        active.send_keys(Keys.SPACE)
        place = 0
        wrong = 1 if state["right"] == 0 else 0
        while place != wrong:
            self.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
            place += 1
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(
            self.text(".result", section), "Not quite. " + state["reasons"][wrong])
        # On to the buttons: check, hint.
        self.driver.switch_to.active_element.send_keys(Keys.TAB)
        self.assertEqual(self.driver.switch_to.active_element.text, "Check")
        self.driver.switch_to.active_element.send_keys(Keys.TAB)
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.text(".hints", section), state["hints"][0])
        self.driver.execute_script("arguments[0].focus()", options[wrong])
        while place != state["right"]:
            self.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
            place = (place + 1) % len(options)
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertIn("Right.", self.text(".result", section))
        self.assertIn(state["reasons"][state["right"]], self.text(".result", section))

    def test_a_goal_is_shown_not_checked(self):
        _, section = self.first("goal")
        self.assertRegex(self.text(".form", section), "A page can't run cells.*alexnet lesson")
        self.click("[data-key=skip]", section)
        self.assertIn("These cells reach the goal", self.text(".result", section))
        self.assertEqual(section.get_attribute("data-state"), "skipped")

    def test_known_cells_are_judged(self):
        """Where a lesson lists cells for a goal, the page has a field for them."""
        try:
            _, section = self.first("cells")
        except AssertionError:
            if not LESSONS:
                raise
            self.skipTest("none of these lessons lists cells")
        known = self.driver.execute_script("""
            return window.alexnet.exercises.find((one) => one.section === arguments[0]).posed.known;
            """, section)
        field = self.one("input", section)
        wrong = next(one for one in known if not one["isRight"])
        for typed, words in [
                ("summary", "doesn't know these cells"), (" ; ", "Type a cell"),
                ("; ".join(wrong["cells"]), "Not quite."),
                (" ;  ".join(known[0]["cells"]).replace(" ", "  ") + " ", "Right.")]:
            field.clear()
            field.send_keys(typed)
            self.click("button[type=submit]", section)
            self.assertIn(words, self.text(".result", section))
        self.assertEqual(section.get_attribute("data-state"), "done")

    def test_every_control_is_reached_by_tab(self):
        self.open(self.lessons[0])
        self.forget()
        wanted = self.driver.execute_script("""
            window.reached = new Set();
            document.addEventListener("focusin", (event) => window.reached.add(event.target));
            return Array.from(document.querySelectorAll("a[href], button, input, summary, [tabindex]"))
              .filter((one) => one.checkVisibility() && one.type !== "radio" && !one.disabled).length;
            """)
        for _ in range(wanted + 40):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
        left = self.driver.execute_script("""
            return Array.from(document.querySelectorAll("a[href], button, input, summary, [tabindex]"))
              .filter((one) => one.checkVisibility() && one.type !== "radio" && !one.disabled
                && !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 100));
            """)
        self.assertEqual(left, [])

    def test_reading_counts(self):
        """A step without an exercise is done once its end was seen and what comes before it is done."""
        states = """
            return Object.fromEntries(window.alexnet.data.steps.map(({ name }) => [name,
              document.querySelector(`.steps a[href="#${CSS.escape(name)}"]`).dataset.state ?? ""]));
            """
        script = """
            const { exercises, data } = window.alexnet;
            const asking = new Set(exercises.map((one) => one.exercise.step));
            const names = data.steps.map((one) => one.name);
            return [names, names.filter((one) => asking.has(one))];
            """
        for page in self.lessons:
            self.open(page)
            self.forget()
            names, asking = self.driver.execute_script(script)
            reading = next((one for one in names if one not in asking
                            and names.index(one) > names.index(asking[0])), None)
            if reading is None:
                continue
            self.driver.execute_script(
                "document.querySelector(`[data-end-of='${arguments[0]}']`).scrollIntoView()", reading)
            self.driver.execute_async_script("setTimeout(arguments[0], 200)")
            self.assertEqual(self.driver.execute_script(states)[reading], "")
            before = names[:names.index(reading)]
            self.driver.execute_script("""
                for (const one of window.alexnet.exercises) {
                  if (arguments[0].includes(one.exercise.step)) one.succeed(null);
                }
                """, before)
            found = self.driver.execute_script(states)
            self.assertEqual(found[reading], "done", page.name)
            # It is kept.
            self.driver.refresh()
            self.assertEqual(self.driver.execute_script(states)[reading], "done")
            return
        self.fail("no lesson has a step without an exercise after one with an exercise")

    # Progress

    def test_progress_goes_to_the_program_and_back(self):
        page = self.lessons[0]
        self.open(page)
        self.forget()
        name = self.driver.execute_script("""
            const { exercises, data } = window.alexnet;
            exercises[0].hint();
            for (const [place, one] of exercises.entries()) {
              if (place === 1) one.skip(); else one.succeed(null);
            }
            return data.lesson;
            """)
        self.assertTrue(self.one("#lesson-done").is_displayed())
        self.open(SITE / "index.html")
        card = self.one(f'[data-lesson="{name}"]')
        self.assertEqual(self.text(".state", card), "done")
        text = self.driver.execute_script("return localStorage.getItem('alexnet-progress')")
        exported, own = Path(FOLDER) / "progress.json", Path(FOLDER) / "own.json"
        self.click("[data-key=export]")
        for _ in range(100):
            if exported.exists():
                break
            self.driver.execute_async_script("setTimeout(arguments[0], 50)")
        self.assertEqual(exported.read_text(), text)
        environment = {**os.environ, "ALEXNET_PROGRESS": str(own)}
        said = subprocess.run(
            [PROGRAM, "progress", "import", str(exported), "--json"], env=environment,
            capture_output=True, text=True, check=True).stdout
        self.assertEqual(json.loads(said)["added"], [name])
        record = json.loads(own.read_text())["lessons"][name]
        count = len(json.loads(text)["lessons"][name]["done"])
        self.assertTrue(record["finished"])
        self.assertEqual(len(record["done"]), count)
        self.assertEqual(record["best"]["skipped"], 1)
        self.assertEqual(record["best"]["hints"], 1)
        # And back, into an empty browser; a damaged file changes nothing.
        self.driver.execute_script("localStorage.clear()")
        self.driver.refresh()
        self.assertEqual(self.text(".state", self.one(f'[data-lesson="{name}"]')), "")
        damaged = Path(FOLDER) / "damaged.json"
        damaged.write_text('{"version": 1, "lessons": {"a": {}}}')
        for file, words in [(damaged, "isn't a progress file"), (own, "nothing you had done was lost")]:
            self.one("input[type=file]").send_keys(str(file))
            for _ in range(100):
                if words in self.text("#progress [role=status]"):
                    break
                self.driver.execute_async_script("setTimeout(arguments[0], 20)")
            self.assertIn(words, self.text("#progress [role=status]"))
        self.assertEqual(self.text(".state", self.one(f'[data-lesson="{name}"]')), "done")

    # Search

    def test_search(self):
        self.open(SITE / "index.html")
        field = self.one("#top-query")
        field.send_keys("stride", Keys.ENTER)
        self.assertIn("search.html?q=stride", self.driver.current_url)
        first = self.every("#found a")[0]
        self.assertEqual(first.get_attribute("textContent"), "stride")
        self.assertRegex(self.one("#count").text, r"^\d+ places?$")
        self.assertTrue(self.every("#found mark"))
        field = self.one("#query")
        field.clear()
        field.send_keys("zzzzzz")
        self.assertEqual(self.one("#count").text, "Nothing found. Try fewer or other words.")
        entries = self.driver.execute_script(
            "return JSON.parse(document.getElementById('index').textContent)")
        # In a cell, ** is a power.
        marks = re.compile(r"`|\*\*[^\s*]+\*\*|\|\s*---|\]\(|^#|&(?:lt|gt|amp|quot);|</?\w+>")
        self.assertEqual([], [one for one in entries if marks.search(one["text"])][:3])
        field.clear()
        field.send_keys("<b>")
        self.assertEqual(self.driver.get_log("browser"), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
