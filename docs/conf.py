"""Settings of Sphinx. Build with: python -m sphinx -W -b html docs docs/_build/html."""

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_ext")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_project.settings")
django.setup()

import cognito_auth  # noqa: E402  (needs the settings above)

project = "django-cognito-auth"
author = "the django-cognito-auth authors"
copyright = author  # noqa: A001  (Sphinx's name)
release = version = cognito_auth.__version__

extensions = ["myst_parser", "cognito_reference"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "_ext"]
nitpicky = True
smartquotes = False  # texts are quoted as the program writes them

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0c6b58", "color-brand-content": "#0c6b58"},
    "dark_css_variables": {"color-brand-primary": "#4fc3a5", "color-brand-content": "#4fc3a5"},
}
# No page loads anything from another host.
html_show_sphinx = False
