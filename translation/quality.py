"""Placeholder until the real module is written: replace this file whole."""

def check(*a,**k): return []
