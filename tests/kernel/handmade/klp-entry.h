/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What klp diff writes, written by hand: an entry of .init.klp_objects with one
 * function. A file that includes this is compiled in place of the file whose
 * function it patches. The functions use exported symbols only, so that no
 * livepatch relocation is needed.
 */
#include <linux/livepatch.h>
#include <linux/printk.h>
#include <linux/seq_file.h>

struct hand_func {
	const char *old_name;
	void *new_func;
	unsigned long sympos;
};

struct hand_object {
	const char *name;
	struct hand_func *funcs;
	struct klp_callbacks callbacks;
	unsigned int nr_funcs;
};

#define HAND_STRING(var, text)						\
	static const char var[]						\
	__attribute__((section(".rodata.klp.str1.1"))) = text

#define HAND_PATCH(function, replacement, ...)				\
	HAND_STRING(hand_name, #function);				\
	static struct hand_func hand_funcs[]				\
	__used __attribute__((section(".init.klp_funcs"))) = {		\
		{ hand_name, replacement, 0 },				\
	};								\
	static struct hand_object hand_object				\
	__used __attribute__((section(".init.klp_objects"))) = {	\
		.funcs = hand_funcs,					\
		.nr_funcs = 1,						\
		.callbacks = { __VA_ARGS__ },				\
	}
