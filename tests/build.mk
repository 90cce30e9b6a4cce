# Tests: how each kind is built and run. Unit programs are listed beside their sources.
include $(wildcard tests/unit/*.mk)
