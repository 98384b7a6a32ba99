"""The desk: what a funding committee reads, in French and English.

``routes`` say who may ask for what, ``queries`` read it, ``visibility`` decides who may see which
figure, ``views`` gather what one page shows, ``wording`` says it in words, ``templates`` and
``print`` lay it out. Events say what happened in codes and figures; a template shows only what a
view has already decided to show.
"""
