// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel, a module, and a livepatch of both that was written by hand, in the
 * layout of Linux 6.12.
 */
#include "kernel.h"

/*
 * x86's padding before a function, which has a symbol of its own (objtool --prefix), behind a
 * function so short that its ftrace location is near.
 */
#define PADDED(name)                                                  \
	asm(".pushsection .text.padded, \"ax\"\n"                      \
	    ".balign 16\n"                                            \
	    ".type short_one, @function\n"                            \
	    "short_one: .byte 0x0f, 0x1f, 0x44, 0, 0, 0xc3\n"         \
	    ".size short_one, 6\n"                                    \
	    ".type __pfx_" name ", @function\n"                       \
	    "__pfx_" name ": .skip 16, 0x90\n"                        \
	    ".size __pfx_" name ", 16\n"                              \
	    ".type " name ", @function\n"                             \
	    name ": .byte 0x0f, 0x1f, 0x44, 0, 0, 0xc3\n"             \
	    ".size " name ", 6\n"                                     \
	    ".popsection\n"                                           \
	    ".pushsection __mcount_loc, \"a\"\n"                      \
	    ".quad short_one, " name "\n"                             \
	    ".popsection\n")

#if defined(KERNEL1)

int kernel_data = 1;
static int __used twice = 2;
int __section(".init.data") in_init = 3;

noinline int kernel_func(int x)
{
	return x + 0x1234;
}

int old_func(int x)
{
#ifdef OTHER
	return x * 0x77 - 3;
#else
	return kernel_func(x) ^ kernel_data;
#endif
}

int notrace no_trace(int x)
{
	return x ^ 0x4321;
}

#if defined(__x86_64__) && !defined(__clang__)
PADDED("fn");
#endif

#ifdef __x86_64__
/* As objtool writes it for functions whose address the kernel does not take. */
asm(".pushsection .ibt_endbr_seal, \"a\"\n"
    ".long no_trace - .\n"
    ".popsection\n");
#endif

#elif defined(KERNEL2)

static int __used twice = 4;

static int __used separator(int x)
{
	return x + 5;
}

int exported(int x)
{
	return x - 9;
}

#elif defined(MODULE)

char __this_module[64] __section(".gnu.linkonce.this_module") = "m";
int module_data = 4;
#if defined(__x86_64__) && !defined(__clang__)
PADDED("m_fn");
#endif

int module_func(int x)
{
	return x - 0x1234;
}

int module_old(int x)
{
	return module_func(x) + module_data;
}

#else

#include "klp-annotations.h"

struct klp_func {
	const char *old_name;
	void *new_func;
	ulong old_sympos;
	char rest[128];
};

struct klp_object {
	const char *name;
	struct klp_func *funcs;
	int (*callbacks[4])(int);
	char rest[120];
};

struct klp_patch {
	void *mod;
	struct klp_object *objs;
	char rest[80];
};

#ifdef BY_HAND
extern int klp_enable_patch(struct klp_patch *patch);
#if defined(__aarch64__)
asm(".pushsection .plt, \"ax\"\n.byte 0\n.popsection\n"
    ".pushsection .init.plt, \"a\"\n.byte 0\n.popsection\n");
#elif defined(__loongarch__)
asm(".pushsection .got, \"a\"\n.byte 0\n.popsection\n"
    ".pushsection .plt, \"ax\"\n.byte 0\n.popsection\n"
    ".pushsection .plt.idx, \"a\"\n.byte 0\n.popsection\n");
#elif defined(__powerpc64__)
asm(".pushsection .stubs, \"ax\"\n.byte 0\n.popsection\n");
#endif
/* module/begin.S has the begin of a list in each module, be it empty. */
asm(".pushsection __klp_writes, \"aw\"\n.globl writes_begin\nwrites_begin:\n.popsection\n");

char __this_module[64] __section(".gnu.linkonce.this_module") = "check";
static const char mark[] __section(".modinfo") __used __aligned(1) = "livepatch=Y";
static const char imports[] __section(".modinfo") __used __aligned(1) = "import_ns=SPACE";

extern int second KLP_RELOC_SYMBOL_POS(vmlinux, vmlinux, twice, 2);
extern int kernel_data KLP_RELOC_SYMBOL(vmlinux, vmlinux, kernel_data);
extern int kernel_func(int x) KLP_RELOC_SYMBOL(vmlinux, vmlinux, kernel_func);
extern int module_data KLP_RELOC_SYMBOL(m, m, module_data);
extern int module_func(int x) KLP_RELOC_SYMBOL(m, m, module_func);
extern int spaced(int x);

int new_func(int x)
{
	printk("new\n");
	return kernel_func(x) + spaced(x) + exported(x);
}

/* Of data: pointers, which every architecture relocates in the same way. */
int *const kernel_pointers[] = { &second, &kernel_data };
int *const module_pointers[] = { &module_data };
int (*const pointer)(int) = kernel_func;

int new_module_func(int x)
{
	return module_func(x) + *kernel_pointers[0] + *module_pointers[0] + pointer(x);
}

#ifdef KCFI
asm(".pushsection .kcfi_traps, \"a\"\n.long 0\n.popsection\n");
#endif

#ifdef REPLACED
#ifdef __aarch64__
#define CALL "bl "
#else
#define CALL "b "
#endif

int replaced(int x)
{
	asm volatile(ALTERNATIVE(OLD_INSN, CALL "kernel_func\n", 7) CALL "module_func");
	return x;
}
#endif

static int pre_patch(int x)
{
	printk("pre\n");
	return x;
}

static struct klp_func kernel_funcs[] = {
	{ .old_name = "old_func", .new_func = new_func },
	{ .old_name = "exported", .new_func = new_module_func },
	{ },
};

static struct klp_func module_funcs[] = {
	{ .old_name = "module_old", .new_func = new_module_func },
	{ },
};

/* Only callbacks; of an object that is never loaded. */
static struct klp_func no_funcs[] = { { } };

static struct klp_object objects[] = {
	{ .funcs = kernel_funcs, .callbacks = { pre_patch } },
	{ .name = "m", .funcs = module_funcs },
	{ .name = "other", .funcs = no_funcs, .callbacks = { pre_patch } },
	{ },
};

static struct klp_patch patch = {
	.mod = __this_module,
	.objs = objects,
};

int init_module(void)
{
	return klp_enable_patch(&patch);
}

#endif
#endif
