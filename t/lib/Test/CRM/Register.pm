package Test::CRM::Register;

# Registrations as a client sends them; functions that take the test first.

use warnings;
use strict;

use Exporter qw(import);

our @EXPORT_OK = qw(conf register body by_mail by_phone asked stored);

my $path = '/self-service/v1/contacts/register';
my $pass = 'crm_require_tls off;
            proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;';


# The API, and beside it the same with crm_register_verify off, the flow alone,
# and one whose paths are rewritten.

sub conf {
    return (
        server => 'crm_otp cooldown=0 per_hour=1000 prefixes=+357;
            crm_login failures=1000 global=1000;',
        locations => "location /off/ {
            crm_api selfservice;
            crm_register_verify off;
            $pass
        }
        location = /join {
            crm_api selfservice;
            crm_answer register;
            $pass
        }
        location /rewritten/ {
            crm_api selfservice;
            rewrite ^/rewritten(/.*) \$1 break;
            $pass
        }", @_);
}


# %opt: key, path

sub register {
    my ($t, $body, %opt) = @_;

    return $t->post($opt{path} // $path, $body,
        api_key => $opt{key} // 'key');
}


sub body {
    my ($identity, %more) = @_;

    return { first_name => 'John', last_name => 'Doe',
        identity => $identity, %more };
}


sub by_mail {
    my ($username, $password, %more) = @_;

    return body({ provider => 'EMAIL', username => $username,
        defined $password ? (password => $password) : () }, %more);
}


sub by_phone {
    my ($number, %more) = @_;

    return body({ provider => 'PHONE', phone_number => $number,
        country_code => 'CYP' }, %more);
}


# How often the CRM has been asked.

sub asked { scalar(() = $_[0]->crm_log) }


# The names of the keys that the store holds, and that it has not held then,
# but for codes and what counts them.

sub stored {
    my ($t, @then) = @_;

    my %then = map { $_ => 1 } @then;

    return sort grep { !$then{$_} && !/:otp:/ }
        @{$t->redis('KEYS', 'crm:live:*')};
}


1;
