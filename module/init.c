// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Init code of a livepatch module that is linked from the objects of klp diff.
 *
 * Every object brings an entry in .init.klp_objects that names the kernel
 * object it patches, and its functions in .init.klp_funcs. Both sections are
 * freed after init, so the livepatch core's own structures are built from them
 * here. Two entries may name the same kernel object (two files of vmlinux):
 * they become one klp_object. The strings and the functions that the entries
 * point at are not in init sections and stay.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/stringify.h>

/*
 * What klp diff writes: the layouts of struct klp_func_ext and klp_object_ext that Linux 6.19 fixed
 * for its tools (include/linux/livepatch_external.h). They are this project's own here, since they
 * come from klp diff, whatever the kernel's header has.
 */
struct klp_module_func {
	const char *old_name;
	void *new_func;
	unsigned long sympos;
};

struct klp_module_object {
	const char *name;
	struct klp_module_func *funcs;
	struct {
		int (*pre_patch)(struct klp_object *obj);
		void (*post_patch)(struct klp_object *obj);
		void (*pre_unpatch)(struct klp_object *obj);
		void (*post_unpatch)(struct klp_object *obj);
		bool unused;
	} callbacks;
	unsigned int nr_funcs;
};

static_assert(sizeof(struct klp_module_func) == 24);
static_assert(sizeof(struct klp_module_object) == 64);
static_assert(offsetof(struct klp_module_object, callbacks) == 16);
static_assert(offsetof(struct klp_module_object, nr_funcs) == 56);

/*
 * The ends of .init.klp_objects: begin.o and end.o are the first and the last
 * object of the link. (The linker makes no __start_ symbols for such a name,
 * and none at all in the relocatable link of a module.)
 */
extern struct klp_module_object __klp_module_objects_begin[];
extern struct klp_module_object __klp_module_objects_end[];

/* A word of the kernel's data that klp diff --write was told to set. */
struct klp_module_data {
	void *at;
	u64 old;
	u64 new;
	const char *object;
	u32 size;
	u16 leads;	/* new is a function of this module */
	u16 found;	/* it was new already when it was to be set */
};

static_assert(sizeof(struct klp_module_data) == 40);

extern struct klp_module_data __klp_module_writes_begin[];
extern struct klp_module_data __klp_module_writes_end[];

static struct klp_patch *patch;

static const char *object_name(const char *name)
{
	return name ? name : "vmlinux";
}

static bool same_object(const char *a, const char *b)
{
	return !strcmp(object_name(a), object_name(b));
}

static struct klp_object * __init find_object(const char *name)
{
	struct klp_object *obj;

	for (obj = patch->objs; obj->funcs; obj++)
		if (same_object(obj->name, name))
			return obj;
	return NULL;
}

/*
 * The callbacks of objects that have such words. They run before the functions are replaced and
 * after the last task has left the new ones; for what leads to this module, while all are replaced.
 * The kernel's word is changed in one access, and only if it is what it is said to have been:
 * somebody else may have set it, or the livepatch that this one replaces, whose callbacks do not
 * run then.
 */
static u64 exchange(const struct klp_module_data *w, u64 old, u64 new)
{
	switch (w->size) {
	case 1:
		return cmpxchg((u8 *)w->at, (u8)old, (u8)new);
	case 2:
		return cmpxchg((u16 *)w->at, (u16)old, (u16)new);
	case 4:
		return cmpxchg((u32 *)w->at, (u32)old, (u32)new);
	default:
		return cmpxchg((u64 *)w->at, old, new);
	}
}

/*
 * The livepatch before this one in the kernel's list, where words were found that it may have set.
 * It leaves the list when it is replaced; until then, this one may be refused or reversed.
 */
static const struct list_head *before;

static void note_found(struct klp_module_data *w, bool found)
{
	w->found = found;
	if (found) /* the list has a head, too */
		before = patch->list.prev != patch->list.next ? patch->list.prev : NULL;
}

static bool is_of_another(const struct klp_module_data *w)
{
	return w->found && patch->list.prev == before;
}

static void put_back(const struct klp_object *obj, const struct klp_module_data *end, u32 leads)
{
	const struct klp_module_data *w;
	u64 is;

	for (w = __klp_module_writes_begin; w < end; w++) {
		if (!same_object(w->object, obj->name) || w->leads < leads || is_of_another(w))
			continue;
		is = exchange(w, w->new, w->old);
		if (is != w->new && is != w->old)
			pr_warn("%s: %ps is %#llx, and no more the %#llx that was set: it stays so\n",
				object_name(obj->name), w->at, is, w->new);
	}
}

int klp_module_write(struct klp_object *obj);
void klp_module_lead(struct klp_object *obj);
void klp_module_unlead(struct klp_object *obj);
void klp_module_unwrite(struct klp_object *obj);

/* What leads to this module is only looked at: the livepatch may still be refused. */
int klp_module_write(struct klp_object *obj)
{
	struct klp_module_data *w;
	u64 is;

	for (w = __klp_module_writes_begin; w < __klp_module_writes_end; w++) {
		if (!same_object(w->object, obj->name))
			continue;
		is = exchange(w, w->old, w->leads ? w->old : w->new);
		note_found(w, is == w->new);
		if (is == w->old || is == w->new)
			continue;
		pr_err("%s: %ps is %#llx, and not %#llx as when it was compiled: not patched\n",
		       object_name(obj->name), w->at, is, w->old);
		put_back(obj, w, 0);
		return -EINVAL;
	}
	return 0;
}

/*
 * Nothing can fail any more. A task may come here by the kernel's pointer at any time, and be here
 * when that has been put back: no transition waits for it, so the module stays in memory.
 */
void klp_module_lead(struct klp_object *obj)
{
	const struct klp_module_data *w;
	static bool stays;
	u64 is;

	for (w = __klp_module_writes_begin; w < __klp_module_writes_end; w++) {
		if (!same_object(w->object, obj->name) || !w->leads)
			continue;
		if (!stays)
			__module_get(THIS_MODULE);
		stays = true;
		is = exchange(w, w->old, w->new);
		if (is != w->old && is != w->new)
			pr_warn("%s: %ps is %#llx, and no more %#llx as when it was compiled: it stays so\n",
				object_name(obj->name), w->at, is, w->old);
	}
}

void klp_module_unlead(struct klp_object *obj)
{
	put_back(obj, __klp_module_writes_end, 1);
}

void klp_module_unwrite(struct klp_object *obj)
{
	put_back(obj, __klp_module_writes_end, 0);
}

#ifdef KLP_NO_OBJECT_CALLBACKS
/* Callbacks are of states (struct klp_state) in such a kernel, with other arguments. */
static int __init merge_callbacks(struct klp_object *obj, const struct klp_module_object *ext)
{
	if (!ext->callbacks.pre_patch && !ext->callbacks.post_patch &&
	    !ext->callbacks.pre_unpatch && !ext->callbacks.post_unpatch)
		return 0;
	pr_err("%s: it has callbacks, or words that --write sets, and this kernel has no callbacks of objects: leave them out of the patch\n",
	       object_name(obj->name));
	return -EINVAL;
}
#else
/* An object has one callback of a kind, whichever entry brings it. */
#define MERGE_CALLBACK(obj, ext, kind)					\
({									\
	int __ret = 0;							\
									\
	if (!(obj)->callbacks.kind) {					\
		(obj)->callbacks.kind = (ext)->callbacks.kind;		\
	} else if ((ext)->callbacks.kind &&				\
		   (ext)->callbacks.kind != (obj)->callbacks.kind) {	\
		pr_err("%s: two different " #kind " callbacks\n",	\
		       object_name((obj)->name));			\
		__ret = -EINVAL;					\
	}								\
	__ret;								\
})

static int __init merge_callbacks(struct klp_object *obj,
				  const struct klp_module_object *ext)
{
	return MERGE_CALLBACK(obj, ext, pre_patch) ?:
	       MERGE_CALLBACK(obj, ext, post_patch) ?:
	       MERGE_CALLBACK(obj, ext, pre_unpatch) ?:
	       MERGE_CALLBACK(obj, ext, post_unpatch);
}
#endif

/* The functions of all entries for the object of @first, in their order. */
static int __init add_funcs(struct klp_object *obj,
			    const struct klp_module_object *first)
{
	const struct klp_module_object *ext, *end = __klp_module_objects_end;
	unsigned int nr = 0, i, j;

	for (ext = first; ext < end; ext++)
		if (same_object(ext->name, first->name))
			nr += ext->nr_funcs;

	obj->funcs = kcalloc(nr + 1, sizeof(*obj->funcs), GFP_KERNEL);
	if (!obj->funcs)
		return -ENOMEM;

	for (ext = first, nr = 0; ext < end; ext++) {
		if (!same_object(ext->name, first->name))
			continue;
		for (i = 0; i < ext->nr_funcs; i++, nr++) {
			struct klp_func *func = &obj->funcs[nr];

			func->old_name = ext->funcs[i].old_name;
			func->new_func = ext->funcs[i].new_func;
			func->old_sympos = ext->funcs[i].sympos;
			for (j = 0; j < nr; j++) {
				if (func->old_sympos == obj->funcs[j].old_sympos &&
				    !strcmp(func->old_name, obj->funcs[j].old_name)) {
					pr_err("%s: %s,%lu is patched twice\n",
					       object_name(obj->name),
					       func->old_name, func->old_sympos);
					return -EINVAL;
				}
			}
		}
	}
	return 0;
}

static int __init build_patch(void)
{
	const struct klp_module_object *ext, *begin, *end;
	struct klp_object *obj;
	int ret;

	begin = __klp_module_objects_begin;
	end = __klp_module_objects_end;
	/* not ordered: the objects were not linked between the two */
	if (end <= begin) {
		pr_err("no objects to patch\n");
		return -EINVAL;
	}

	/* at most as many as there are entries, and one to end them */
	patch->objs = kcalloc(end - begin + 1, sizeof(*patch->objs), GFP_KERNEL);
	if (!patch->objs)
		return -ENOMEM;

	obj = patch->objs;
	for (ext = begin; ext < end; ext++) {
		struct klp_object *known = find_object(ext->name);

		if (!known) {
			known = obj++;
			/* the core takes NULL for vmlinux and no other name */
			if (ext->name && strcmp(ext->name, "vmlinux"))
				known->name = ext->name;
			ret = add_funcs(known, ext);
			if (ret)
				return ret;
		}
		ret = merge_callbacks(known, ext);
		if (ret)
			return ret;
	}
	return 0;
}

static void free_patch(void)
{
	struct klp_object *obj;

	if (!patch)
		return;
	for (obj = patch->objs; obj && obj->funcs; obj++)
		kfree(obj->funcs);
	kfree(patch->objs);
	kfree(patch);
	patch = NULL;
}

#ifdef KLP_BUILD_ID
/*
 * Positions of symbols were counted in one build of the kernel, and may be others in
 * the next one, which nothing else would notice. The running kernel's notes are read as
 * anybody can: neither they nor vmlinux_build_id are exported.
 */
#define NOTES "/sys/kernel/notes"
#define NOTES_MAX (64 * 1024)

static ssize_t __init read_notes(char *buf)
{
	struct file *file = filp_open(NOTES, O_RDONLY, 0);
	ssize_t len = 0, n;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	do {
		n = kernel_read(file, buf + len, NOTES_MAX - len, &pos);
		if (n > 0)
			len += n;
	} while (n > 0 && len < NOTES_MAX);
	filp_close(file, NULL);
	return n < 0 ? n : len;
}

/* The build ID in hexadecimal digits, or NULL. */
static char * __init find_build_id(const char *notes, size_t len)
{
	while (len >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *note = (const void *)notes;
		size_t name = ALIGN((size_t)note->n_namesz, 4);
		size_t size = sizeof(*note) + name + ALIGN((size_t)note->n_descsz, 4);
		char *hex;

		if (size > len)
			break;
		if (note->n_type == 3 /* NT_GNU_BUILD_ID */ && note->n_namesz == 4 &&
		    !memcmp(note + 1, "GNU", 4)) {
			hex = kzalloc(2 * note->n_descsz + 1, GFP_KERNEL);
			if (hex)
				bin2hex(hex, notes + sizeof(*note) + name, note->n_descsz);
			return hex;
		}
		notes += size;
		len -= size;
	}
	return NULL;
}

static int __init check_build_id(void)
{
	char *notes = kmalloc(NOTES_MAX, GFP_KERNEL), *id = NULL;
	ssize_t len = notes ? read_notes(notes) : -ENOMEM;
	int ret = 0;

	if (len < 0) {
		pr_err("cannot read " NOTES ", which has the kernel's build ID: %zd\n", len);
		ret = len;
	} else {
		id = find_build_id(notes, len);
		if (!id || strcmp(id, __stringify(KLP_BUILD_ID))) {
			pr_err("made for the kernel with the build ID %s; this one's is %s\n",
			       __stringify(KLP_BUILD_ID), id ? id : "unknown");
			ret = -EINVAL;
		}
	}
	kfree(id);
	kfree(notes);
	return ret;
}
#else
static int __init check_build_id(void)
{
	return 0;
}
#endif

static int __init livepatch_mod_init(void)
{
	int ret;

	ret = check_build_id();
	if (ret)
		return ret;

	patch = kzalloc(sizeof(*patch), GFP_KERNEL);
	if (!patch)
		return -ENOMEM;

	patch->mod = THIS_MODULE;
#ifdef KLP_REPLACE_SET
	patch->replace_set = KLP_REPLACE_SET;
#elif !defined(KLP_NO_REPLACE)
	patch->replace = true;
#endif

	ret = build_patch();
	if (!ret)
		ret = klp_enable_patch(patch);
	if (ret)
		free_patch();
	return ret;
}

static void __exit livepatch_mod_exit(void)
{
	free_patch();
}

module_init(livepatch_mod_init);
module_exit(livepatch_mod_exit);
MODULE_DESCRIPTION("Livepatch module");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
