"""No page shows what another said before, and nothing of a failed build reaches the next one.

Sphinx rewrites a page when its own source changed. Pages also show what others say: numbers, titles, the table of
contents, captions, claims. ``shown_elsewhere`` collects all that; when it changes, every page is written anew.
An extension whose pages show more contributes it: ``app.connect("shown-elsewhere", lambda app, env: …)`` returns
anything made of texts, numbers and the usual containers.
"""

import gc
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

import contents
import execution

RECORD = ".written-from"


def digest(value: object) -> str:
    """A digest of a value: the same in every run, in whatever order sets and mappings are."""
    return hashlib.sha256(_told(value).encode()).hexdigest()


def _told(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{_told(key)}:{_told(item)}" for key, item in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_told, value))) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_told, value)) + "]"
    if isinstance(value, nodes.Node):
        return repr(value.pformat() if isinstance(value, nodes.Element) else value.astext())
    if isinstance(value, str | bytes | int | float | Path | None):
        return repr(value)
    return _told(vars(value)) if hasattr(value, "__dict__") else type(value).__name__


def shown_elsewhere(app: Sphinx, env: BuildEnvironment) -> list[object]:
    """Everything that a page may show of another."""
    exercises, cited = getattr(env, "sphinx_exercise_registry", {}), env.domaindata["cite"]
    return [
        # Where pages stand, and their headings.
        env.toctree_includes,
        env.titles,
        env.longtitles,
        env.tocs,
        # Numbers.
        env.toc_secnumbers,
        env.toc_fignumbers,
        # Labels of sections, figures and equations, with their captions.
        [env.domaindata[name] for name in ("std", "math", "py", "citation")],
        # The literature, and which of it is cited.
        [path.read_bytes() for path in cited["bibdata"].bibfiles],
        sorted((each.key, each.citation_id) for each in cited["citations"]),
        # Statements, and exercises with the titles that their solutions repeat.
        getattr(env, "proof_list", {}),
        {label: (entry["docname"], entry["node"][0].astext()) for label, entry in exercises.items()},
        app.emit("shown-elsewhere", env),
    ]


def _inputs() -> str:
    """What every page is made with; Sphinx does not notice a change of it."""
    here = Path(__file__).parent
    files = [contents.ROOT / "_config.yml", contents.ROOT / "requirements.txt", *sorted(here.rglob("*.py"))]
    folders = (here / "_static", here / "_formulas")
    files += [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return digest([(path.name, path.read_bytes()) for path in files if path.exists()])


def _marker(app: Sphinx) -> Path:
    """Exists from the start of a build until it ends well."""
    return Path(app.doctreedir, "unfinished")


def _distrust(app: Sphinx, config: Config) -> None:
    """Read all pages anew after a build that failed, warned or was stopped."""
    config.book_inputs = f"{_inputs()} {config.nitpicky}"
    if _marker(app).exists():
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def _begin(app: Sphinx) -> None:
    _marker(app).parent.mkdir(parents=True, exist_ok=True)
    _marker(app).touch()


def _changed(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The pages whose text or outputs are not those that were read, whatever the dates of the files say."""
    before, env.book_sources, notebooks = getattr(env, "book_sources", {}), {}, contents.chapters()
    with execution.all_executed():
        for name in env.found_docs:
            path = Path(env.doc2path(name))
            outputs = execution.stamp(path) if path in notebooks else ""
            env.book_sources[name] = f"{hashlib.sha256(path.read_bytes()).hexdigest()} {outputs}"
    return [name for name, source in env.book_sources.items() if before.get(name) != source]


def _forget(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Forget all pages before any is read: what moves from one to another is no duplicate."""
    for name in names:
        app.emit("env-purge-doc", env, name)
        env.clear_doc(name)


def _to_write(app: Sphinx, env: BuildEnvironment) -> Iterator[str]:
    """The pages that the site shows in another state than the present one."""
    app.book_written = {"shown": digest(shown_elsewhere(app, env)), "read": env.all_docs}
    record = Path(app.outdir, RECORD)
    written = json.loads(record.read_text(encoding="utf8")) if record.exists() else {"shown": "", "read": {}}
    for name, read in env.all_docs.items():
        if written["shown"] != app.book_written["shown"] or written["read"].get(name) != read:
            yield name


def _end(app: Sphinx, error: Exception | None) -> None:
    if error or app._warncount:
        return
    Path(app.outdir, RECORD).write_text(json.dumps(app.book_written), encoding="utf8")
    _marker(app).unlink()


def _sweep(app: Sphinx, error: Exception | None) -> None:
    """Remove what earlier builds wrote for pages and pictures that are no longer in the book."""
    if error or app._warncount or app.builder.format != "html":
        return
    out, pages = Path(app.outdir), app.env.all_docs
    kept = {Path(app.builder.get_outfilename(name)) for name in (*pages, "index", "search")}
    kept |= {out / "_sources" / f"{name}{end}" for name in pages for end in (".md", ".md.txt", ".ipynb")}
    kept |= {out / app.builder.imagedir / name for _, name in app.env.images.values()}
    folders = {name.split("/")[0] for name in pages if "/" in name}
    inside = [out / app.builder.imagedir, *(top / name for top in (out, out / "_sources") for name in folders)]
    for path in [*out.glob("*.html"), *(path for folder in inside for path in folder.rglob("*"))]:
        if path.is_file() and path not in kept:
            path.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    # A build keeps nearly all that it reads; by default Python would look through it for waste again and again.
    gc.set_threshold(100_000, 20, 50)
    app.add_event("shown-elsewhere")
    app.add_config_value("book_inputs", "", "env")  # a change reads all pages anew
    app.connect("config-inited", _distrust)
    app.connect("builder-inited", _begin, priority=900)  # a page that fails to execute spoils no other
    app.connect("env-get-outdated", _changed)
    app.connect("env-before-read-docs", _forget)
    app.connect("env-get-updated", _to_write, priority=900)  # numbers are given at 500
    app.connect("build-finished", _sweep, priority=100)  # before others look at what is there
    app.connect("build-finished", _end, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
