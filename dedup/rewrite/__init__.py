"""Reworded articles: which sentence of one answers which of another, and what that makes of the two."""
