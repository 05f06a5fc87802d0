"""Jupyter's own tests of a kernel, with everything that they can test.

The first argument is a folder of images, in which one folder isn't read: a note on standard error says so.
"""

import sys
import unittest

import jupyter_kernel_test

folder = sys.argv.pop(1)


class StandardTests(jupyter_kernel_test.KernelTests):
    kernel_name = "alexnet"
    language_name = "alexnet"
    file_extension = ".alexnet"
    code_hello_world = '"hello, world"\n1 + 1'
    code_stderr = f"data verify {folder}"
    completion_samples = [
        {"text": "summ", "matches": {"summary"}},
        {"text": "conv1.w", "matches": {"weight"}},
        {"text": "1 + 1\nsumm", "matches": {"summary"}},
    ]
    complete_code_samples = ["1 + 1", "next", "[1, 2]", "summary", "let a = [1,\n2]"]
    incomplete_code_samples = ["[1,", "(1 +", "1 +\n(2,"]
    invalid_code_samples = ["1 ]", "2 2", "let = 3"]
    code_page_something = "?norm1"
    code_generate_error = "nothing"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "2 ** 10", "result": "1024"},
        {"code": '"text"'},
    ]
    code_display_data = [
        {"code": "view image", "mime": "image/png"},
        {"code": "summary", "mime": "text/html"},
    ]
    code_history_pattern = "6 ? 7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "norm1"
    code_clear_output = "clear"


class WelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "alexnet"
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
