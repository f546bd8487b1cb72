"""A QR code as a picture: dark on white, with the quiet zone that a camera needs."""

import io

import segno


def svg(text: str) -> bytes:
    """The code of a text as SVG; a quarter of its area may be damaged or covered by a seal."""
    held = io.BytesIO()
    code = segno.make(text, error="q", micro=False)
    code.save(held, kind="svg", scale=4, light="white", xmldecl=False, nl=False)
    return held.getvalue()
