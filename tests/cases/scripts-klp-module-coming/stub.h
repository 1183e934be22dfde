/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of the kernel's headers, what init.c uses beside linux/livepatch.h. */
#pragma once

typedef _Bool bool;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned long size_t;
typedef long ssize_t;

#define NULL		((void *)0)
#define true		1
#define EINVAL		22
#define ENOMEM		12
#define GFP_KERNEL	0
#define THIS_MODULE	NULL
#define __init
#define __exit
#define static_assert(x)	_Static_assert(x, #x)
#define offsetof(t, m)		__builtin_offsetof(t, m)
#define cmpxchg(at, old, new)	__sync_val_compare_and_swap(at, old, new)
#define module_init(f)		int init_module(void); int init_module(void) { return f(); }
#define module_exit(f)		void exit_module(void); void exit_module(void) { f(); }
#define MODULE_DESCRIPTION(x)
#define MODULE_LICENSE(x)
#define MODULE_INFO(x, y)
#define pr_err(...)	printk(__VA_ARGS__)
#define pr_warn(...)	printk(__VA_ARGS__)

struct list_head {
	struct list_head *next, *prev;
};

void printk(const char *fmt, ...);
void __module_get(void *module);
int strcmp(const char *a, const char *b);
void *kcalloc(size_t nr, size_t size, int flags);
void *kzalloc(size_t size, int flags);
void kfree(const void *p);
