/*
 * Password hashes: crypt(3) strings of yescrypt, scrypt, bcrypt and
 * SHA-512-crypt, and PHC strings of argon2id.  Everything here is slow on
 * purpose and runs in a thread of the pool; it shares nothing.
 */

#ifndef _NGX_CRM_PASSWORD_H_INCLUDED_
#define _NGX_CRM_PASSWORD_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_CRM_PASSWORD_MAX   128   /* characters, of up to 4 bytes */
#define NGX_CRM_PASSWORD_BYTES 511   /* crypt(3) takes no more */
#define NGX_CRM_HASH_MAX       384   /* bytes of a hash string, with its NUL */
#define NGX_CRM_SETTING_MAX     64   /* bytes of kind and cost, with its NUL */


/*
 * Verifies a password, a NUL-terminated text, against a hash string, in
 * constant time once hashed.  argon2's m is at most 256 MiB, t 16, p 16, and
 * SHA-512-crypt's rounds 1,000,000, bcrypt's cost 14, and N * r of yescrypt
 * and N * r * p of scrypt what 256 MiB holds, so that no record can stall the
 * pool; of yescrypt's parameters only those that crypt_gensalt(3) writes.
 * Returns NGX_OK, NGX_DECLINED (wrong, or over NGX_CRM_PASSWORD_BYTES),
 * NGX_ERROR (the hash is of no known kind or out of bounds), or NGX_ABORT:
 * memory ran out, and nothing is known of the password.
 */
ngx_int_t ngx_crm_password_verify(const char *password, const char *hash);

/*
 * Hashes a password, at most NGX_CRM_PASSWORD_BYTES long, with yescrypt at
 * its default cost and a random salt.  Returns NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_crm_password_hash(const char *password,
    char hash[NGX_CRM_HASH_MAX]);

/*
 * Takes kind and cost out of a hash string ("$2b$10$", "$y$j9T$",
 * "$argon2id$v=19$m=65536,t=3,p=4$").  Returns NGX_OK, or NGX_DECLINED as
 * above.
 */
ngx_int_t ngx_crm_password_setting(const char *hash,
    char setting[NGX_CRM_SETTING_MAX]);

/*
 * Makes a hash string of that kind and cost that no password fits, to be
 * verified for a user that does not exist in the time a real one takes.
 * Returns NGX_OK, or NGX_ERROR: an unknown setting.
 */
ngx_int_t ngx_crm_password_decoy(const char *setting,
    char hash[NGX_CRM_HASH_MAX]);

/* Says whether the hash is of the kind and cost that _hash() makes. */
ngx_uint_t ngx_crm_password_is_current(const char *hash);


#endif /* _NGX_CRM_PASSWORD_H_INCLUDED_ */
