# Copyright (c) 2026, ksyun.vpn contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything runs in .venv, on the collection as a user would have it: built, and installed in build/collections.

PYTHON = python3
HOST = 127.0.0.1
PORT = 18080
ACCESS_KEY = emulator-access-key
SECRET_KEY = emulator-secret-key
# What takes longest first, as a worker of pytest takes the next file when it has ended one.
SUITES = in_process signals docs laws secrets faults records awx quality modules hostile load unit service statements \
	ipsec/test_connect.py::test_second_generation
PYTEST_ARGS =
UNITS =
TARGETS =
TRIALS = 1000
SEED =
BROKEN =
RECORD =
KEY =
BASE = origin/main
CORE =
STAGE =
BENCH =
ROUNDS = 3
LIMIT = 60

BIN := .venv/bin
VERSION := $(shell sed -n 's/^version: *//p' galaxy.yml)
ARTIFACT := build/ksyun-vpn-$(VERSION).tar.gz
IN_COPY := $(BIN)/python tests/tools/in_copy.py
WITH_EMULATOR := python tests/tools/with_emulator.py
ANSIBLE_UNITS = ansible-test units --local --python $(THIS_PYTHON)
THIS_PYTHON = $(shell $(BIN)/python -c 'import sys; print("{}.{}".format(*sys.version_info))')

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/build/collections
export ANSIBLE_PYTHON_INTERPRETER := $(CURDIR)/$(BIN)/python
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/.cache/hypothesis

.PHONY: help demo demo-connect quick format blocks test lint docs sanity ansible-units units integration matrix faults \
	campaign ipsec devices load bench fragment-check release-check release-files bare emulator shell build install clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 18

demo: install ## Watch a site-to-site VPN being checked, created, changed and removed on the emulator
	ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
		$(BIN)/$(WITH_EMULATOR) $(BIN)/ansible-playbook tests/demo/site_to_site.yml --diff

demo-connect: install ## Watch an office being connected, from an empty account to pings through IPsec: root, strongSwan
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/python -m ipsec.connect

# Two at a time, as many of the tests wait more than they compute; each prints what it did when it has ended. "units" has
# run tests/unit whole: of "ansible-units", which takes five times as long for it, a part of each of its kinds runs again.
test: install ## Run units, sanity, integration, lint and, of tests/unit, a part by ansible-test
	+$(MAKE) --jobs 2 --output-sync=target --no-print-directory --assume-old=install \
		UNITS='tests/unit/plugins/module_utils/resources/ tests/unit/roles/' \
		units sanity integration lint ansible-units

# What takes minutes is left to "make test": few examples of each property, and of the laws those about tasks.
quick: export KSYUN_VPN_QUICK = true
quick: install ## Check in less than a minute what most changes break: style, types, unit tests, laws
	$(BIN)/ruff check --quiet --cache-dir .cache/ruff
	$(BIN)/ruff format --quiet --check --cache-dir .cache/ruff
	$(IN_COPY) mypy --cache-dir $(CURDIR)/.cache/mypy
	ln -s $(CURDIR)/tests build/collections/ansible_collections/ksyun/vpn/tests
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/pytest --quiet --numprocesses 2 --dist worksteal \
		tests/unit/plugins/module_utils tests/quality/test_rooms.py \
		$(addprefix tests/laws/,test_laws.py test_check_mode.py test_replacing.py) $(PYTEST_ARGS)

format: .venv/stamp ## Bring the code into the form that "make lint" asks for
	$(BIN)/ruff check --quiet --fix --cache-dir .cache/ruff
	$(BIN)/ruff format --cache-dir .cache/ruff

# With the tables that are installed, for the modules of the checkout.
blocks: install ## Write what follows from the tables and from tests/tools/blocks in the modules' documentation
	ln -s $(CURDIR)/tests build/collections/ansible_collections/ksyun/vpn/tests
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/python -m tools.blocks

# Without rstcheck, which takes the name of antsibull-docs' temporary folder for a link when it ends in "_": "docs", which
# goes before, has Sphinx read the same pages, and a warning is an error there.
lint: install docs ## Check style, types, licences, docs, changelog and the built artifact
	$(IN_COPY) ruff check
	$(IN_COPY) ruff format --check
	$(IN_COPY) yamllint --strict .
	$(IN_COPY) mypy --cache-dir $(CURDIR)/.cache/mypy
	$(IN_COPY) reuse lint --lines
	$(IN_COPY) antsibull-changelog lint
	$(IN_COPY) antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml
	$(IN_COPY) antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs=all \
		--check-extra-docs-refs --skip-rstcheck .
	$(IN_COPY) ansible-lint --strict --nocolor
	$(BIN)/python tests/tools/check_artifact.py $(ARTIFACT)

docs: install ## Build the documentation site, build/docs/html/index.html
	rm -rf build/docs
	umask 022 && mkdir -p build/docs/rst
	PATH=$(CURDIR)/$(BIN):$$PATH antsibull-docs --config-file docs/site/antsibull-docs.cfg collection --use-current \
		--squash-hierarchy --fail-on-error --dest-dir build/docs/rst ksyun.vpn
	$(BIN)/sphinx-build -q -W --keep-going -c docs/site build/docs/rst build/docs/html

sanity: .venv/stamp ## Run ansible-test sanity
	$(IN_COPY) ansible-test sanity --local --python $(THIS_PYTHON)

integration: .venv/stamp ## Run ansible-test integration on the emulator; TARGETS=name narrows it
	$(IN_COPY) $(WITH_EMULATOR) --variables tests/integration/integration_config.yml \
		ansible-test integration --local --python $(THIS_PYTHON) $(TARGETS)

# Of a part that is named, the rest is collected: ansible-test finds and imports it.
ansible-units: .venv/stamp ## Run ansible-test units, which is tests/unit; UNITS=folder narrows it
	$(if $(UNITS),$(IN_COPY) sh -c '$(ANSIBLE_UNITS) --collect-only > collected || { cat collected; exit 1; }')
	$(IN_COPY) $(ANSIBLE_UNITS) $(UNITS)

units: install ## Run pytest; PYTEST_ARGS='-k name' narrows it
	ln -s $(CURDIR)/tests build/collections/ansible_collections/ksyun/vpn/tests
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder \
		$(addprefix tests/,$(SUITES)) $(PYTEST_ARGS)

matrix: build ## Test with every supported ansible-core; CORE=2.20 and STAGE=sanity narrow it
	PYTHONPATH=tests $(BIN)/python -m tools.matrix $(ARTIFACT) $(if $(CORE),--core $(CORE)) $(if $(STAGE),--stage $(STAGE))

faults: install ## Run the fault campaign: TRIALS, SEED; BROKEN=all with each rule of faults/broken.py switched back
	PYTHONPATH=tests $(BIN)/python -m faults.campaign --trials $(TRIALS) $(if $(SEED),--seed $(SEED)) \
		$(if $(BROKEN),--broken $(BROKEN) --batch 60)

campaign: export KSYUN_VPN_CAMPAIGN = true
campaign: SUITES = campaign laws/test_moving.py secrets/test_each_masking_line.py in_process/test_equal.py
campaign: units ## Run what "make test" leaves out, as it needs more than Python: a real nginx between

ipsec: SUITES = ipsec
ipsec: units ## Have strongSwan set up every tunnel from its rendered configuration: root, network namespaces

# An environment of its own for the ansible package, and what the registries have of vendors' models.
devices: SUITES = devices
devices: .cache/devices/stamp units ## Have vendors' schemas, Mermaid and a browser judge what is rendered

.cache/devices/stamp: tests/devices/requirements.txt tests/devices/prepare.py
	@cat $^ | cmp -s - $@ || ( $(PYTHON) tests/tools/bootstrap.py .cache/devices/venv $< && \
		$(PYTHON) tests/devices/prepare.py .cache/devices/fetched )
	@cat $^ > $@

compare: install ## Hold a record of verify_service against the emulator: RECORD=file
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/python -m records $(RECORD)

load: install ## Print the figures of many modules at once, and of a large account
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests $(BIN)/python -m load.figures

# An environment of its own: the ansible package, which the peers' collections come with, is large.
bench: install .cache/bench/stamp ## Measure the cost of a task beside others: BENCH, ROUNDS, LIMIT
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH):tests .cache/bench/bin/python -m bench \
		--rounds $(ROUNDS) --limit $(LIMIT) --collections $(ANSIBLE_COLLECTIONS_PATH) $(BENCH)

.cache/bench/stamp: tests/bench/requirements.txt
	@cmp -s $< $@ || $(PYTHON) tests/tools/bootstrap.py .cache/bench $<
	@cp $< $@

# Make passes a SIGTERM on to its child, and "exec" makes that child the emulator.
emulator: export EMULATOR_ACCESS_KEY = $(value ACCESS_KEY)
emulator: export EMULATOR_SECRET_KEY = $(value SECRET_KEY)
emulator: .venv/stamp ## Serve the emulator: PORT, HOST, ACCESS_KEY, SECRET_KEY; its first line is its URL, the others export it
	@PYTHONPATH=tests exec $(BIN)/python -m emulator --host '$(HOST)' --port '$(PORT)' --exports

shell: install ## Open a shell for playbooks of your own: the collection, ansible-playbook, and the emulator with its keys
	@PATH=$(CURDIR)/$(BIN):$$PATH ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
		$(BIN)/$(WITH_EMULATOR) --shell

fragment-check: .venv/stamp ## Check that what changed for users since BASE has a fragment for the changelog
	$(BIN)/python tests/tools/fragment_check.py $(BASE)

release-check: .venv/stamp ## Check that this commit can be tagged and published as the version that galaxy.yml names
	$(BIN)/python tests/tools/release_check.py

release-files: build ## Write checksums, a bill of materials and, with KEY of gpg, a signature beside the artifact
	$(BIN)/python tests/tools/release_files.py $(ARTIFACT) $(if $(KEY),--key $(KEY))

bare: build ## Install the artifact in a bare Debian trixie, and follow the README there: root, a Debian mirror
	$(BIN)/python tests/tools/bare_machine.py $(ARTIFACT)

build: .venv/stamp ## Build the artifact in build/
	$(BIN)/ansible-galaxy collection build --force --output-path build

install: build ## Build, and install the artifact in build/collections
	rm -rf build/collections
	$(BIN)/ansible-galaxy collection install --force --offline --collections-path build/collections $(ARTIFACT)

# The stamp is a copy of the requirements that the environment was made for.
.venv/stamp: tests/requirements.txt
	@cmp -s $< $@ || $(PYTHON) tests/tools/bootstrap.py .venv $<
	@cp $< $@

clean: ## Remove all that make has made
	rm -rf .venv .cache build
