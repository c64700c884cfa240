"""Dated facts about vendors as data: names that exist, versions, and ends of support.

Each table is a file beside its module, with its source and the date of reading. Tables are loaded on first use.
"""
