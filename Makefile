# One command each. All begin with `setup`, which costs nothing the second time.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo run dev test check format wheel bench lock schema screenshots clean

setup:
	@$(PYTHON) tools/setup.py

demo: setup
	@exec $(BIN)/harken demo --data data/demo

run: setup
	@exec $(BIN)/harken run --data data/run

dev: setup
	@exec $(BIN)/python -m tools.dev

test: setup
	@$(PYTHON) tools/test_programs.py
	@$(BIN)/python -m tools.npm test
	@$(BIN)/python -m pytest

check: setup
	@$(BIN)/python -m tools.check

format: setup
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

wheel: setup
	@rm -rf build/wheel
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist .
	@ls dist/*.whl

bench: setup
	@$(BIN)/python -m bench

screenshots: setup
	@$(PYTHON) tools/test_programs.py
	@$(BIN)/python -m tools.screenshots

lock: setup
	@$(BIN)/python -m tools.lock

schema: setup
	@$(BIN)/python -m tools.check_sql --write

clean:
	rm -rf .venv build dist harken/static web/node_modules test-results .pytest_cache .ruff_cache .hypothesis
