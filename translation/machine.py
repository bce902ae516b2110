"""Placeholder until the real module is written: replace this file whole."""

def provider(): return None
