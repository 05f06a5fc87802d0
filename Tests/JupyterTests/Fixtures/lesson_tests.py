"""Lessons are notebooks: Jupyter runs each from top to bottom, with nobody there to answer.

Arguments: the folder with the lessons, and a folder for what they become.
"""

import pathlib
import re
import sys
import time
import unittest

import jupytext
import nbformat
from nbconvert.preprocessors import ExecutePreprocessor

LESSONS, FOLDER = map(pathlib.Path, sys.argv[1:3])
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def run(notebook):
    """Runs all cells; the first that fails, unless it may, ends the test."""
    executor = ExecutePreprocessor(timeout=600, kernel_name="alexnet")
    executor.preprocess(notebook, {"metadata": {"path": str(FOLDER)}})


def text(cell):
    """What a cell shows as text."""
    parts = []
    for output in cell.outputs:
        part = output.get("text") or output.get("data", {}).get("text/plain") or ""
        parts.append(part if isinstance(part, str) else "".join(part))
    return ESCAPES.sub("", "\n".join(parts))


class LessonTests(unittest.TestCase):
    def test_every_lesson_runs(self):
        files = sorted(LESSONS.glob("[0-9]*.md"))
        self.assertGreaterEqual(len(files), 16)
        for file in files:
            with self.subTest(file.name):
                begun = time.monotonic()
                lesson = jupytext.read(file)
                nbformat.validate(lesson)
                run(lesson)
                nbformat.validate(lesson)
                code = [cell for cell in lesson.cells if cell.cell_type == "code"]
                self.assertEqual([cell.execution_count for cell in code],
                                 list(range(1, len(code) + 1)))
                exercises = [cell for cell in code if cell.source.startswith("exercise ")]
                self.assertGreaterEqual(len(exercises), 6)
                for cell in exercises:
                    how = "cells that you run next are checked" if "\ngoal:" in cell.source \
                        else "run answer … as a cell"
                    self.assertIn(how, " ".join(text(cell).split()), cell.source)
                    self.assertNotIn("isn't kept", text(cell))
                nbformat.write(lesson, FOLDER / (file.stem + ".ipynb"))
                print(f"{file.stem}: {time.monotonic() - begun:.1f} s")

    def test_remembers_an_answer_in_a_cell(self):
        """A right answer in the next cell is remembered, so that the question is known to be answered."""
        lesson = jupytext.read(LESSONS / "01-a-picture-as-a-tensor.md")
        question = next(c for c in lesson.cells if c.source.startswith("exercise how-many"))
        lesson.cells = [question]
        run(lesson)
        side = int(re.search(r"image of (\d+)×", text(question)).group(1))
        answers = [nbformat.v4.new_code_cell(f"answer {answer}") for answer in [side, 3 * side * side]]
        lesson.cells = [question, *answers, nbformat.v4.new_code_cell(question.source)]
        run(lesson)
        self.assertIn("Not quite.", text(answers[0]))
        self.assertIn("Right.", text(answers[1]))
        self.assertIn("You have answered this one", text(lesson.cells[-1]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
