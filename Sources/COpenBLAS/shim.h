// The one place that names the BLAS and LAPACK headers.
// LAPACKE's complex declarations need _Complex, which Swift cannot import; only real routines are used.
#include <cblas.h>
#include <lapacke.h>
