"""Several PDFs as one: pages, outline, links from one to another, and the tags that readers for the blind follow.

pypdf joins pages, outlines and places; tags are joined here, and links to a place of another PDF, which are addresses
with the scheme ``book:`` until then.
"""

from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, NumberObject, TextStringObject

ELSEWHERE = "book:#"


def merged(parts: list[Path]) -> PdfWriter:
    """All parts, one behind the other."""
    book, tags, parents = PdfWriter(), ArrayObject(), ArrayObject()
    whole = book._add_object(DictionaryObject({NameObject("/S"): NameObject("/Document"), NameObject("/K"): tags}))
    for part in parts:
        reader, first, offset = PdfReader(part), len(book.pages), len(parents) // 2
        book.append(reader)
        catalog = reader.trailer["/Root"]
        root = catalog["/StructTreeRoot"].clone(book)  # what it says of pages is said of those of the book
        tags.append(root.raw_get("/K"))
        root["/K"][NameObject("/S")] = NameObject("/Part")
        root["/K"][NameObject("/P")] = whole
        for key, element in zip(root["/ParentTree"]["/Nums"][::2], root["/ParentTree"]["/Nums"][1::2], strict=True):
            parents += [NumberObject(key + offset), element]
        for page in book.pages[first:]:
            _shift(page, "/StructParents", offset)
            for note in page.get("/Annots", []):
                _shift(note.get_object(), "/StructParent", offset)
                _lead(note.get_object())
    for name in ("/Lang", "/ViewerPreferences"):
        book.root_object[NameObject(name)] = catalog[name].clone(book)
    tree = book._add_object(DictionaryObject({NameObject("/Nums"): parents}))
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot"), NameObject("/K"): whole})
    root |= {NameObject("/ParentTree"): tree, NameObject("/ParentTreeNextKey"): NumberObject(len(parents) // 2)}
    book.root_object[NameObject("/StructTreeRoot")] = whole.get_object()[NameObject("/P")] = book._add_object(root)
    book.root_object[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    book.add_metadata(PdfReader(parts[0]).metadata)
    for thing in filter(lambda it: isinstance(it, DictionaryObject) and "/Title" in it, book._objects):
        half = len(thing["/Title"]) // 2
        if thing["/Title"][:half] == thing["/Title"][half:]:  # Chromium says some headings twice
            thing[NameObject("/Title")] = TextStringObject(thing["/Title"][half:])
    return book


def _shift(thing: DictionaryObject, key: str, offset: int) -> None:
    if key in thing:
        thing[NameObject(key)] = NumberObject(thing[key] + offset)


def _lead(note: DictionaryObject) -> None:
    """A link to a place of another part becomes one to a place of the book."""
    address = str(note.get("/A", {}).get("/URI", ""))
    if address.startswith(ELSEWHERE):
        del note["/A"]
        note[NameObject("/Dest")] = NameObject(f"/{address.removeprefix(ELSEWHERE)}")
