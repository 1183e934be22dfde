/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the source of a livepatch module, on kernels that lack these macros: say
 * which symbol of the kernel an undefined one is, where its name does not say it
 * (several functions or objects are called so), or where the kernel exports it
 * but the livepatch must not depend on the module that does.
 *
 * klp convert reads both forms.  A position is 0 if the name is unique in its
 * object, otherwise 1, 2, … as "klp convert" lists them when it refuses.
 *
 * A. A table for each object:
 *
 *	extern int limit;
 *	extern struct list_head cache;
 *
 *	static struct KLP_MODULE_RELOC(some_module) relocs[] = {
 *		KLP_SYMPOS(limit, 0),
 *		KLP_SYMPOS(cache, 2),
 *	};
 *
 * B. With the declaration.  It also names the object that is patched: where that
 *    is not the one that defines the symbol, its functions use a symbol of
 *    another module.  The name in C is free, so one source can use two symbols
 *    of one name:
 *
 *	extern int first KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, state, 1);
 *	extern int second KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, state, 2);
 *	extern int limit KLP_RELOC_SYMBOL(some_module, some_module, limit);
 *
 * References to a module are resolved when the patch has a klp_object of its
 * name (form B: of the patched object), and that module is loaded.
 */
#ifndef KLP_ANNOTATIONS_H
#define KLP_ANNOTATIONS_H

#ifndef KLP_MODULE_RELOC

/* Twelve bytes, without padding: klp convert counts on it. */
struct klp_module_reloc {
	const void *sym;
	unsigned int sympos;
} __attribute__((__packed__));

/* The alignment keeps compilers from choosing a larger one, and tables of several files whole. */
#define KLP_MODULE_RELOC(object)                                                         \
	klp_module_reloc __attribute__((__used__, __aligned__(4),                        \
					__section__(".klp.module_relocs." #object)))

#define KLP_SYMPOS(symbol, position) { .sym = (const void *)&(symbol), .sympos = (position) }

#endif

#ifndef KLP_RELOC_SYMBOL_POS

/* A dot before the position, where a comma would do: not every assembler takes that. */
#define KLP_RELOC_SYMBOL_POS(patched, object, symbol, position) \
	__asm__(".klp.sym.rela." #patched "." #object "." #symbol "." #position)

#define KLP_RELOC_SYMBOL(patched, object, symbol) \
	KLP_RELOC_SYMBOL_POS(patched, object, symbol, 0)

#endif

#endif
