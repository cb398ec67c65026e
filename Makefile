# Two commands matter: `make demo` and `make test`. Both set up what they need and can be repeated.
PYTHON ?= python3
BIN := .venv/bin
DATA_DIR ?= data
export DATA_DIR

.PHONY: demo test lint types unit attack contracts serve stop lock clean browser bench

demo: .venv/ready ## a fictional authority, loaded and served
	@$(BIN)/turncurve demo

test: ## everything: style, types, unit, pipeline, app, browser, attack
	@$(MAKE) --no-print-directory -j 3 lint types browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/ready
	@$(BIN)/mypy

unit: .venv/ready ## the tests that take seconds
	@$(BIN)/python -m pytest -n 2 tests/unit tests/test_architecture.py

attack: .venv/ready ## every viewer, question, channel and hostile value there is; `make test` tries some of each
	@TURNCURVE_WHOLE_ATTACK=1 $(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder tests/attack

contracts: .venv/ready ## what is written out of seeds/: the marts of templates for dbt, the list of templates in the docs
	@$(BIN)/python -m orchestration.contract_files

serve: .venv/ready ## the app on what is published in DATA_DIR
	@$(BIN)/turncurve serve

stop: .venv/ready ## end the app that `make demo` left running
	@$(BIN)/turncurve serve --stop

bench: .venv/ready ## measures beside a reference run; prints ratios
	@$(BIN)/python -m bench

# Everything of the project goes into .venv of this folder, from the lock file with its hashes.
.venv/ready: requirements.lock pyproject.toml
	@sh scripts/setup-venv "$(PYTHON)"
	@touch $@

# What the browser tests need beside Python; without it they are skipped and say what to install. Waits for no .venv, so that
# both are fetched at once.
browser:
	@sh scripts/setup-browser

lock: ## resolve dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-strip-extras \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .plans .mypy_cache .pytest_cache .ruff_cache
