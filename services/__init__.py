"""The services. Imported before everything else, so that one setting is made in time."""

import os

# The method's matrices are small: threads of the linear algebra library would only spin beside
# the work, and a result must not depend on how many of them there are.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
