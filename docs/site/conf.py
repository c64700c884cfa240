"""Settings of Sphinx for the site that `make docs` builds. Nothing in it is loaded from the network."""

project = "ddms-compile"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "ddms-compile"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
highlight_language = "none"
myst_heading_anchors = 4  # the anchors that GitHub gives to headings
myst_enable_extensions = ["attrs_inline"]
pygments_style = "default"
pygments_dark_style = "monokai"
