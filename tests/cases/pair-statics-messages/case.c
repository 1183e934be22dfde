// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Error messages as NL_SET_ERR_MSG() makes them: each a static of one name in one function.  One
 * more of them moves the compiler's numbers, and their contents say which is which.
 */
#include "kernel.h"

struct ack {
	const char *msg;
};

extern void trace(const char *msg);
extern int attr(int i, int j);

#define SET_MSG(ack, text)                     \
	do {                                   \
		static const char __msg[] = text; \
		trace(__msg);                  \
		if (ack)                       \
			ack->msg = __msg;      \
	} while (0)

int changed(int n, int *m, struct ack *ack)
{
	for (int i = 0; i < n; i++) {
		int v = attr(i, 0);

		if (!v) {
			SET_MSG(ack, "invalid metric type");
			return -22;
		}
#ifdef PATCHED
		if (v == 12) {
			SET_MSG(ack, "a message that was not there");
			return -22;
		}
#endif
		if (v == 9) {
			SET_MSG(ack, "unknown congestion control algorithm");
			return -22;
		}
		if (v > 100 && attr(i, 6)) {
			SET_MSG(ack, "metrics are too large");
			return -24;
		}
		if (v == 11 && attr(i, 8)) {
			SET_MSG(ack, "invalid metrics flag");
			return -25;
		}
		m[i] = v;
	}
	return 0;
}
