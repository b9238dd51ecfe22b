"""Frozen records that every layer shares: time, CAS numbers, quantities. Imports nothing of Headwater's but errors."""
