package Test::CRM::Reset;

# Passwords forgotten and changed; functions that take the test first.

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM;

our @EXPORT_OK = qw(conf edge forgot change reset_token reset_key);

my $path = '/self-service/v1/contacts';


# A flow of the edge's is at /flow too.

sub conf {
    my ($flow) = @_;

    return Test::CRM::conf_selfservice(
        redis => 'crm_redis unix:%%REDIS%% timeout=10s;',
        http => 'crm_api_key_cache ttl=1h;
            crm_password_threads default queue=64;',
        server => 'crm_otp cooldown=0 per_hour=1000;
            crm_login failures=1000;',
        locations => "location /flow {
                crm_api selfservice;
                crm_answer $flow;
                crm_require_tls off;
                proxy_pass http://127.0.0.1:%%CRM_PORT%%\$crm_path;
            }");
}


# One with the keys "key" and "test" and a contact of each kind: JOHN, JANE in
# test mode, and GONE, who is disabled.

sub edge {
    my ($flow) = @_;

    my $t = Test::CRM->new(conf => conf($flow))->start;

    $t->api_key('key', app => 'shop');
    $t->api_key('test', app => 'shop', mode => 'test');

    $t->contact('JOHN', email => 'Mail@CRM.com', password => 'password1234',
        identities => [ [ EMAIL => 'john@crm.com' ] ]);
    $t->contact('JANE', mode => 'test', identities => [
        [ EMAIL => 'jane@crm.com' ] ]);
    $t->contact('GONE', state => 'disabled', identities => [
        [ EMAIL => 'gone@crm.com' ] ]);

    return $t;
}


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
