/* SPDX-License-Identifier: ISC */
/* Stands in pppd's place, and never says anything: not even its version when it is asked.
 */
#include <poll.h>
#include <stddef.h>

int main(void)
{
	(void)poll(NULL, 0, -1);
	return 0;
}
