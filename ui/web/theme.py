"""How the page looks: a neutral dark room, as a grading suite is, so that nothing on screen tints the picture."""

from pathlib import Path

from gradio.themes import Base, colors, sizes

CSS = "\n".join((Path(__file__).parent / name).read_text() for name in ("page.css", "viewer.css"))
HEAD = '<meta name="color-scheme" content="dark"><meta name="referrer" content="no-referrer">'

ROOM, PANEL, RAISED, FIELD = "#161617", "#1e1e20", "#2a2a2d", "#131314"
LINE, WORDS, QUIET, WARM, WARMER = "#38383c", "#dcdbd7", "#a3a29d", "#d9a05b", "#e8b679"
"""Greys without a tint; one warm colour for what is chosen or asked."""

LIGHT_TO_DARK = (
    *("#fafafa", "#f4f4f5", "#e4e4e6", "#d2d2d5"),
    *(QUIET, "#77777a", "#57575b", LINE, RAISED, PANEL, ROOM),
)
"""The eleven steps from which Gradio takes what nobody sets."""

COLOURS = {
    "body_background_fill": ROOM,
    "body_text_color": WORDS,
    "body_text_color_subdued": QUIET,
    "background_fill_primary": PANEL,
    "background_fill_secondary": ROOM,
    "border_color_primary": LINE,
    "border_color_accent": WARM,
    "border_color_accent_subdued": LINE,
    "color_accent_soft": RAISED,
    "link_text_color": WARM,
    "link_text_color_hover": WARMER,
    "link_text_color_active": WARM,
    "link_text_color_visited": WARM,
    "code_background_fill": FIELD,
    "block_background_fill": PANEL,
    "block_border_color": LINE,
    "block_info_text_color": QUIET,
    "block_label_background_fill": PANEL,
    "block_label_text_color": QUIET,
    "block_title_text_color": WORDS,
    "panel_background_fill": PANEL,
    "accordion_text_color": WORDS,
    "checkbox_background_color": FIELD,
    "checkbox_background_color_selected": WARM,
    "checkbox_border_color": LINE,
    "checkbox_border_color_selected": WARM,
    "checkbox_border_color_focus": WARM,
    "checkbox_label_text_color": WORDS,
    "input_background_fill": FIELD,
    "input_background_fill_focus": FIELD,
    "input_border_color": LINE,
    "input_border_color_focus": WARM,
    "input_placeholder_color": QUIET,
    "loader_color": WARM,
    "slider_color": WARM,
    "button_primary_background_fill": WARM,
    "button_primary_background_fill_hover": WARMER,
    "button_primary_border_color": WARM,
    "button_primary_text_color": ROOM,
    "button_primary_text_color_hover": ROOM,
    "button_secondary_background_fill": RAISED,
    "button_secondary_background_fill_hover": LINE,
    "button_secondary_border_color": LINE,
    "button_secondary_text_color": WORDS,
    "button_secondary_text_color_hover": WORDS,
}
SHAPES = {
    "block_border_width": "0px",
    "block_padding": "8px 10px",
    "block_shadow": "none",
    "block_info_text_size": "11.5px",
    "block_title_text_size": "12.5px",
    "block_title_text_weight": "500",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "input_border_width": "1px",
    "button_large_text_weight": "500",
    "button_small_text_weight": "500",
    "layout_gap": "0px",
    "form_gap_width": "0px",
}


def theme() -> Base:
    """The theme. It is the same by day and by night: the surround of a picture may not follow the desktop."""
    neutral = colors.Color(*LIGHT_TO_DARK)
    base = Base(
        primary_hue=colors.amber,
        neutral_hue=neutral,
        text_size=sizes.text_sm,
        spacing_size=sizes.spacing_sm,
        radius_size=sizes.radius_sm,
        font=["system-ui", "-apple-system", "Segoe UI", "sans-serif"],
        font_mono=["ui-monospace", "SF Mono", "Consolas", "monospace"],
    )
    return base.set(**SHAPES, **COLOURS, **{f"{name}_dark": value for name, value in COLOURS.items()})
