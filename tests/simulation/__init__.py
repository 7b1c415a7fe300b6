"""Months of Duly at work: diaries against real servers, with a virtual clock."""
