"""Saved sessions are notebooks: each is valid, and runs from top to bottom outside the program.

Arguments: the folder with the sessions, and a folder for what they become.
"""

import pathlib
import sys
import unittest

import nbformat
from nbconvert.preprocessors import ExecutePreprocessor

SESSIONS, FOLDER = map(pathlib.Path, sys.argv[1:3])


class SessionTests(unittest.TestCase):
    def test_is_valid_and_runs(self):
        files = sorted(SESSIONS.glob("*.ipynb"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(file.name):
                notebook = nbformat.read(file, as_version=4)
                nbformat.validate(notebook)
                numbers = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
                ExecutePreprocessor(timeout=300).preprocess(notebook)
                again = [c.execution_count for c in notebook.cells if c.cell_type == "code"]
                self.assertEqual(again, numbers)
                nbformat.write(notebook, FOLDER / file.name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
