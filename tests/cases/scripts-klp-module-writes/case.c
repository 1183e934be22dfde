// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * module/init.c with a kernel in small: words that --write sets while another livepatch, which this
 * one is to replace, has set them already.  They are that one's until it is replaced.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <assert.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define GFP_KERNEL   0
#define KBUILD_MODNAME "klp"
#define THIS_MODULE  NULL
#define __init
#define __exit
#define __module_get(module)
#define module_init(f)
#define module_exit(f)
#define MODULE_DESCRIPTION(x)
#define MODULE_LICENSE(x)
#define MODULE_INFO(x, y)
#define pr_err(...)
#define pr_warn(...)
#define kcalloc(nr, size, flags) calloc(nr, size)
#define kzalloc(size, flags)	 calloc(1, size)
#define kfree(p)		 free((void *)(p))
#define cmpxchg(at, old, new)	 __sync_val_compare_and_swap(at, old, new)

struct list_head {
	struct list_head *next, *prev;
};
struct klp_func {
	const char *old_name;
	void *new_func;
	unsigned long old_sympos;
};
struct klp_object {
	const char *name;
	struct klp_func *funcs;
	struct {
		int (*pre_patch)(struct klp_object *obj);
		void (*post_patch)(struct klp_object *obj);
		void (*pre_unpatch)(struct klp_object *obj);
		void (*post_unpatch)(struct klp_object *obj);
	} callbacks;
};
struct klp_patch {
	void *mod;
	struct klp_object *objs;
	bool replace;
	struct list_head list;
};

static int klp_enable_patch(struct klp_patch *patch)
{
	return 0;
}

#include INIT

/* begin.o and end.o */
struct klp_module_object __klp_module_objects_begin[1];
asm(".globl __klp_module_objects_end\n.set __klp_module_objects_end, __klp_module_objects_begin");

static u32 first, second;

asm(".data\n.balign 8\n"
    ".globl __klp_module_writes_begin\n__klp_module_writes_begin:\n"
    ".quad first, 1, 2, 0\n.long 4, 0\n"
    ".quad second, 1, 2, 0\n.long 4, 0\n"
    ".globl __klp_module_writes_end\n__klp_module_writes_end:\n.text\n");

/* ---- the kernel's list of livepatches ---- */

static struct list_head patches;
static struct klp_patch other, this;

static void add(struct klp_patch *p)
{
	p->list = (struct list_head){ .next = &patches, .prev = patches.prev };
	patches.prev->next = &p->list;
	patches.prev = &p->list;
}

static void take(struct klp_patch *p)
{
	p->list.next->prev = p->list.prev;
	p->list.prev->next = p->list.next;
}

static bool judge(const char *what, int got, int want, u32 want_first, u32 want_second)
{
	if (got == want && first == want_first && second == want_second)
		return true;
	printf("%s: %d, %u and %u, and not %d, %u and %u\n", what, got, first, second, want,
	       want_first, want_second);
	return false;
}

static void start(bool replaces, u32 is_first, u32 is_second)
{
	patches = (struct list_head){ &patches, &patches };
	patch = &this;
	if (replaces)
		add(&other);
	add(&this);
	first = is_first;
	second = is_second;
}

int main(void)
{
	struct klp_object obj = { NULL };
	struct klp_patch later;
	bool good = true;

	start(false, 1, 1);
	good &= judge("alone", klp_module_write(&obj), 0, 2, 2);
	klp_module_unwrite(&obj);
	good &= judge("alone, taken back", 0, 0, 1, 1);

	start(false, 1, 7);
	good &= judge("alone, refused", klp_module_write(&obj), -EINVAL, 1, 7);

	/* the other one has set the first word, and stays */
	start(true, 2, 7);
	good &= judge("refused", klp_module_write(&obj), -EINVAL, 2, 7);
	start(true, 2, 1);
	good &= judge("set", klp_module_write(&obj), 0, 2, 2);
	klp_module_unwrite(&obj);
	good &= judge("reversed", 0, 0, 2, 1);

	/* … or is replaced */
	start(true, 2, 1);
	good &= judge("set again", klp_module_write(&obj), 0, 2, 2);
	take(&other);
	klp_module_unwrite(&obj);
	good &= judge("taken back", 0, 0, 1, 1);

	/* … and a third one comes later */
	start(true, 2, 1);
	good &= judge("set once more", klp_module_write(&obj), 0, 2, 2);
	take(&other);
	add(&later);
	klp_module_unwrite(&obj);
	good &= judge("taken back beside a third one", 0, 0, 1, 1);

	/* left by one that was replaced before */
	start(false, 2, 1);
	good &= judge("left", klp_module_write(&obj), 0, 2, 2);
	klp_module_unwrite(&obj);
	good &= judge("left, taken back", 0, 0, 1, 1);
	return !good;
}
