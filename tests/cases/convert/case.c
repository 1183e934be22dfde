// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A livepatch written by hand: what becomes a livepatch symbol, by itself or by
 * an annotation of either form, and what stays as it is.
 */
#include "kernel.h"
#include "klp-annotations.h"

/* in one list only: converted without a word */
extern int unique_data;
extern int unique_func(int x);
extern int module_data;
/* exported to named modules only: not to a livepatch */
extern int for_others(int x);
/* exported by a module; exported as the list says, not Module.symvers */
extern int of_a_module(int x);
extern int ksymtab_says(int x);
/* may be missing, and is */
extern int nowhere __weak;

extern int second_of_three;
extern int of_module;
extern int of_module_func(int x);

struct KLP_MODULE_RELOC(vmlinux) kernel_relocs[] = {
	KLP_SYMPOS(second_of_three, 2),
};

/* Files that share a header say the same twice. */
static struct KLP_MODULE_RELOC(some_module) module_relocs[] = {
	KLP_SYMPOS(of_module, 0),
	KLP_SYMPOS(of_module_func, 3),
	KLP_SYMPOS(of_module, 0),
};

extern int first_state KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, state, 1);
extern int third_state KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, state, 3);
extern int single KLP_RELOC_SYMBOL(some_module, some_module, single);
/* the kernel does not take a symbol of vmlinux under a module: it moves there */
extern int kernel_single KLP_RELOC_SYMBOL(some_module, vmlinux, kernel_single);
/* patches one module and uses another's */
extern int deep_func(int x) KLP_RELOC_SYMBOL(other_module, some_module, deep.isra);

#ifdef __clang__
#define QUOTED(s) __asm__(s)
#else
#define QUOTED(s) __asm__("\"" s "\"")
#endif
extern int with_comma(int x) QUOTED(".klp.sym.rela.vmlinux.vmlinux.with_comma.part.0,1");

/* as a klp_object would name them */
const char *const patched[] = { "some_module", "other_module" };

int *const pointers[] = { &unique_data, &of_module, &first_state, &exported_data };

int in_kernel(int x)
{
	printk("%d\n", x);
	return unique_func(x) + unique_data + second_of_three + exported(x) + exported_data;
}

int in_module(int x)
{
	return of_module_func(x) + of_module + module_data + single + kernel_single + x;
}

int states(int x)
{
	return first_state + 4 * third_state + with_comma(x) + deep_func(x) + x;
}

int exports(int x)
{
	return for_others(x) + of_a_module(x) + ksymtab_says(x) + x;
}

int *weak(void)
{
	return &nowhere;
}
