/* SPDX-License-Identifier: ISC */
#ifndef SALLYPORT_TESTS_UNIT_HASTY_H
#define SALLYPORT_TESTS_UNIT_HASTY_H

/* How many seconds of the program's pass in one of the machine's. */
enum { HASTY = 8 };

#endif
