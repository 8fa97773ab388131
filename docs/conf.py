"""Sphinx configuration: MyST pages, numpydoc docstrings read by napoleon, the pydata theme."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "coopgames"
author = "The coopgames developers"
copyright = "2026, The coopgames developers"  # noqa: A001  Sphinx asks for this name
version = release = installed_version("coopgames")

extensions = [
    "catalogue_tables",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext"]

# Types such as "array, shape (states,)" are words: several classes have an attribute of that name.
suppress_warnings = ["ref.python"]
# Single backquotes in docstrings are code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc sections give type, shape and bounds
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "pydata_sphinx_theme"
html_title = f"coopgames {release}"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False
