"""Maps of Europe, drawn by ourselves: a projection, the shapes of countries made once, and places on top of them."""
