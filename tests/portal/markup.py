"""A page as a tree of elements, found by tag, attribute, role and label."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle"}


@dataclass
class Element:
    """One element; `children` holds elements and texts in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def text(self) -> str:
        """All text below, white space collapsed."""
        return " ".join(
            "".join(
                child if isinstance(child, str) else f" {child.text} " for child in self.children
            ).split()
        )

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str) -> list["Element"]:
        """Elements below of a tag, with these attributes; `class_` asks for one class."""
        wanted = attributes.pop("class_", None)
        return [
            element
            for element in self.walk()
            if (not tag or element.tag == tag)
            and all(
                element.get(name.replace("_", "-")) == value for name, value in attributes.items()
            )
            and (wanted is None or wanted in element.get("class").split())
        ]

    def one(self, tag: str = "", **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    def link(self, text: str) -> "Element":
        """The first link that says this."""
        return next(a for a in self.all("a") if text in a.text)

    def inside(self, tag: str) -> bool:
        """Whether it stands in an element of a tag."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above is not None


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.place = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag} {names}>"
        made = Element(tag, {name: value or "" for name, value in attrs}, [], self.place)
        self.place.children.append(made)
        if tag not in VOID:
            self.place = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.place.tag == tag, f"</{tag}> closes <{self.place.tag}>"
        assert self.place.parent is not None
        self.place = self.place.parent

    def handle_data(self, data: str) -> None:
        self.place.children.append(data)


def parse(text: str) -> Element:
    """A page as elements. Fails on one that is not well nested."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert builder.place is builder.root, f"<{builder.place.tag}> is never closed"
    return builder.root
