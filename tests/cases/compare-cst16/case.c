// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A constant of a pool (.rodata.cst16) changed, nothing else of the function:
 * it is a change, and only its own constants are copied (F20, L6).
 */
#include "kernel.h"

typedef int vector __attribute__((vector_size(16)));

void changed(vector *v)
{
	*v += (vector){ 11, 22, 33,
#ifdef PATCHED
			0x99
#else
			0x44
#endif
	};
}

void untouched(vector *v)
{
	*v += (vector){ 5, 6, 7, 8 };
}
