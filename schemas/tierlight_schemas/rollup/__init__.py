"""The reference roll-up: pure functions over plain values."""
