"""The desk: what a funding committee reads, in French and English.

Events say what happened in codes and figures. ``sentences`` turns them into words, ``readers``
decides who may see which figure, ``verdict_view`` and ``queue_view`` gather what one page shows,
``pages`` serves it. Templates only lay out what a view has already decided to show.
"""
