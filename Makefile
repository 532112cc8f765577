# Everything a reader or a contributor types. Each target installs what it needs first.
PYTHON ?= python3
EDITION ?= reader
SITE ?= _build/html
BUILDER ?= browser
TESTED := 3.11 3.12 3.13
VERSION := $(shell $(PYTHON) -E -c 'import sys; print("%d.%d" % sys.version_info[:2])')
BIN := .venv/bin
INSTALLED := .venv/installed-$(VERSION)-$(shell cksum requirements.txt | cut -d' ' -f1)

# What a user has set up for other programs must not reach this one; indices, proxies and certificates must.
unexport PIP_DRY_RUN PIP_NO_DEPS PIP_PREFIX PIP_PYTHON PIP_REQUIRE_VIRTUALENV PIP_ROOT PIP_TARGET
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONINSPECT PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH PYTHONSTARTUP
unexport PYTHONWARNINGS
export PIP_USER := 0
export PYTHONUTF8 := 1

.PHONY: book test install preflight lint test-faults test-grading serve slides notebooks lab edit chapter new-chapter
.PHONY: rename-chapter leave-out released retire pdf epub archive live bench requirements clean

book: preflight        ## build the site; another edition with EDITION=student or EDITION=instructor
ifneq ($(EDITION),reader)
	$(BIN)/python extensions/edition.py $(EDITION) _build/$(EDITION)
	@BOOK_REPOSITORY_URL="$(BOOK_REPOSITORY_URL)" $(MAKE) --no-print-directory -C _build/$(EDITION) book \
	  EDITION=reader BIN="$(CURDIR)/$(BIN)" INSTALLED= SITE=_build/$(EDITION)/_build/html
else
	$(BIN)/jupyter-book build . -W -n --keep-going --quiet
	@echo "The book is in $(SITE)/index.html. Open it in a browser, or type 'make serve' and follow the address."
endif

# Each page is executed twice, by the build and by nbval, which compares; its planted faults run to the first red
# cell. A file of tests stays on one worker, for its browser or its kernel; faults are spread one by one. What the
# browser's driver breaks off, or a busy machine is too slow for, gets one more try; what is wrong stays wrong.
test: lint book        ## everything: lint, build, library, chapters, site, planted faults
	$(BIN)/pytest -n auto --dist loadfile --nbval book
	$(BIN)/pytest -n auto --dist loadgroup tests --ignore tests/test_sources.py \
	  --reruns 1 --only-rerun "Protocol error" --only-rerun "^TimeoutError"

lint: preflight        ## style of code and sources
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/pytest -q tests/test_sources.py

test-grading: install  ## all hostile submissions, thirty of each set, typical mistakes of eight students
	GRADING=all $(BIN)/pytest -n auto --dist loadgroup tests/grading tests/assignments

test-faults: preflight ## faults planted in the library must turn their chapters red
	$(BIN)/pytest -q -n auto tests/test_faults.py

install: $(INSTALLED)
$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; choose one with: make PYTHON=python3.12 …"; exit 1; }
	@case " $(TESTED) " in *" $(VERSION) "*) ;; \
	  *) echo "The book is tested with Python $(TESTED). This is $(VERSION): it may do as well, nobody has tried.";; esac
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "Python has no venv here. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -c 'import course, implicit_bias, jupyter_book' || \
	  { echo "pip installed elsewhere than into .venv: see '$(BIN)/pip config list'"; exit 1; }
	@touch $@

preflight: install     ## see to it that the configuration can be read; part of what builds and tests
	@$(BIN)/python extensions/preflight.py

serve: book            ## look at the site at http://localhost:8000
	$(BIN)/python -m http.server --directory _build/html --bind 127.0.0.1 8000

slides: book           ## make slides for a lecture room, one deck for each page of the lectures
	@$(BIN)/python extensions/slides.py

# The same in the folder of another edition, which is a book of its own.
IN_EDITION = cd $(if $(filter reader,$(EDITION)),.,_build/$(EDITION)) && PYTHONPATH=extensions "$(CURDIR)/$(BIN)/python"

# First of all it is seen whether there is what prints: building takes minutes.
pdf: install           ## the whole book as one PDF, printed by Chromium; BUILDER=latex sets it with TeX
	@PYTHONPATH=extensions $(BIN)/python formats/pdf.py "$(BUILDER)" --ready
	@$(MAKE) --no-print-directory book
	@$(IN_EDITION) formats/pdf.py "$(BUILDER)"

epub: book             ## the whole book as an EPUB, with formulas that need no script; Chromium makes the cover
	@$(IN_EDITION) formats/epub.py

archive: book          ## the site in one archive, to read without a server: unpack it, open index.html
	@$(IN_EDITION) formats/archive.py

live: book             ## an experiment: notebooks that run in the browser alone; PYODIDE=folder puts Pyodide beside them
	@$(IN_EDITION) formats/live.py "$(abspath $(PYODIDE))"

notebooks: book        ## copy the chapters to notebooks/, to work in; keeps what somebody has changed there
	@$(BIN)/python extensions/copies.py

lab: notebooks         ## open these copies in JupyterLab
	$(BIN)/jupyter lab notebooks/intro.ipynb

edit: install          ## open the sources as notebooks; saving one unchanged changes nothing
	$(BIN)/python authoring/open_as_notebooks.py
	PYTHONPATH=authoring $(BIN)/jupyter lab book --FileCheckpoints.checkpoint_dir="$(CURDIR)/_build/checkpoints" \
	  --ContentsManager.pre_save_hook=saved_page.keep_the_header

chapter: preflight     ## execute one page, say what to mend there, then build and show: make chapter NAME=minimum-norm
	@PYTHONPATH=extensions $(BIN)/python tests/chapter.py "$(NAME)"

# With PROFILE=own a page without the rules of the house.
new-chapter: install   ## write the skeleton of a chapter: make new-chapter NAME=part/name TITLE="What it is called"
	@$(BIN)/python authoring/new_chapter.py "$(NAME)" "$(TITLE)" "$(PROFILE)"

rename-chapter: install   ## and all that refers to it: make rename-chapter NAME=part/old TO=part/new
	@PYTHONPATH=extensions $(BIN)/python authoring/rename_chapter.py "$(NAME)" "$(TO)"

leave-out: install     ## a page or a part, and what leads there: make leave-out NAME=part/page, or NAME=part
	@PYTHONPATH=extensions:tests $(BIN)/python authoring/leave_out.py "$(NAME)"

released: install      ## record what labels say, since which version: before a release, and when a statement changed
	@PYTHONPATH=extensions $(BIN)/python authoring/released_labels.py record

retire: install        ## the address of a label that is gone leads elsewhere: make retire LABEL=thm-old INSTEAD=thm-new
	@PYTHONPATH=extensions $(BIN)/python authoring/released_labels.py retire "$(LABEL)" "$(INSTEAD)"

bench: install         ## ratios of fast and slow methods, side by side
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

requirements:          ## pin all packages anew from pyproject.toml (needs uv)
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --all-extras --no-header \
	  --no-annotate --quiet --output-file requirements.txt pyproject.toml
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --extra live --no-header \
	  --no-annotate --quiet --constraint requirements.txt --output-file binder/requirements.txt pyproject.toml
	for list in requirements.txt binder/requirements.txt; do echo "-e ." >> $$list; done

clean:                 ## remove everything built, keep the environment, and the grades in _build/course
	@[ ! -d _build ] || find _build -mindepth 1 -maxdepth 1 ! -name course -exec rm -rf {} +
