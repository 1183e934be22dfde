// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A branch of two bytes that leads as far as before, but to another function: the
 * neighbours have changed places.  And one that leads to the same, at another
 * distance: unchanged.
 */
#include "kernel.h"

#define BEGIN(name) ".globl " #name "\n.type " #name ", @function\n" #name ":\ncall __fentry__\n"
#define END(name)   ".size " #name ", . - " #name "\n"
#define LOCAL(name, value)                                                                         \
	".type " #name ", @function\n" #name ": mov $" #value ", %eax\nret\n" END(name)

asm(".text\n"
    BEGIN(farther)
    "jmp one\n"
    END(farther)
    BEGIN(changed)
#ifdef PATCHED
    "jmp two\n"
    END(changed)
    LOCAL(two, 2)
    LOCAL(one, 1)
#else
    "jmp one\n"
    END(changed)
    LOCAL(one, 1)
    LOCAL(two, 2)
#endif
);
