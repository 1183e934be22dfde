// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The patch adds a static call where the original had none: with a key of vmlinux, or with a key
 * and a trampoline of its own, the entry is taken along.  (A key of a module: module-static-call;
 * here the module's is new to the function, and refused as well.)
 */
#include "kernel.h"

struct key {
	void *function;
};

struct key __SCK__kernels;

#ifdef PATCHED
struct key __SCK__fresh = { (void *)exported };

/* As DEFINE_STATIC_CALL() of x86 writes it. */
asm(".pushsection .static_call.text, \"ax\"\n"
    ".align 4\n"
    ".globl __SCT__fresh\n"
    "__SCT__fresh:\n"
    ".byte 0xe9\n"
    ".long exported - (. + 4)\n"
    ".byte 0x0f, 0xb9, 0xcc\n"
    ".type __SCT__fresh, @function\n"
    ".size __SCT__fresh, . - __SCT__fresh\n"
    ".popsection\n");

#define static_call(name)                                                   \
	asm volatile("771: call __SCT__" name "\n"                          \
		     ".pushsection .static_call_sites, \"aw\"\n"            \
		     ".balign 4\n"                                          \
		     ".long 771b - .\n"                                     \
		     ".long __SCK__" name " - .\n"                          \
		     ".popsection\n")
#else
#define static_call(name)
#endif

int changed(int x)
{
	static_call("kernels");
	return exported(x);
}

int changed_too(int x)
{
	static_call("fresh");
	return exported(x) + 1;
}

void *kernels(void)
{
	return &__SCK__kernels;
}
