package Test::CRM::Reset;

# Passwords forgotten and changed; functions that take the test first.

use warnings;
use strict;

use Exporter qw(import);

our @EXPORT_OK = qw(forgot change reset_token reset_key);

my $path = '/self-service/v1/contacts';


sub forgot {
    my ($t, $username, %opt) = @_;

    return $t->post("$path/forgot_password", { username => $username },
        api_key => $opt{key} // 'key');
}


sub change {
    my ($t, $token, $password) = @_;

    $t->secret($password) if ($password // '') =~ /\A[ -~]{8,}\z/;

    return $t->post("$path/change_password", { token => $token,
        password => $password });
}


# A token that has been mailed to a username.

sub reset_token {
    my ($t, $username, %opt) = @_;

    my $r = forgot($t, $username, %opt);

    die 'no token: ' . $r->body unless $r->status == 200;

    return ($t->outbox)[-1]{token};
}


# Where it lies in Redis.

sub reset_key {
    my ($t, $token) = @_;

    return 'crm:live:reset:{' . $t->sha256_hex($token) . '}';
}


1;
