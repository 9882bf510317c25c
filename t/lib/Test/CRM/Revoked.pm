package Test::CRM::Revoked;

# Edges on one Redis, sessions, and what becomes of them.

use warnings;
use strict;

use Exporter qw(import);

use Test::CRM;
use Test::CRM::Process qw(wait_for);
use Test::CRM::Words qw(said bearer);

our @EXPORT_OK = qw(edge session get out said_of revoke_in_the_dark);

my $v1 = '/self-service/v1/contacts';
my %crm = ('GET /stores' => '{}',
    map { ("GET /contacts/CAD$_" => '{}') } 1 .. 9);
my $n = 0;


# An edge, on a Redis of its own or on another edge's; zone (2m), lines (more
# of its configuration) and the options of Test::CRM.

sub edge {
    my ($other, %opt) = @_;

    my $redis = $other ? $other->dir . '/redis.sock' : '%%REDIS%%';
    my $zone = delete $opt{zone} // '2m';
    my $lines = delete $opt{lines} // '';

    my $t = Test::CRM->new(%opt, redis => !$other, crm => { %crm },
        conf => Test::CRM::conf_selfservice(
            redis => "crm_redis unix:$redis timeout=300ms; crm_zone $zone;"
                . $lines,
            locations => 'location = /health { crm_status health; }
                location = /status { crm_status json; }
                location /keyed/ {
                    crm_api selfservice;
                    crm_token off;
                    crm_require_tls off;
                    proxy_pass http://127.0.0.1:%%CRM_PORT%%$crm_path;
                }'))->start;

    wait_for(sub { $t->get('/health')->status == 200 }) or die 'not ready';

    return $t;
}


# A session that was begun a moment ago; edge: one that has the key.

sub session {
    my ($edge, $cid) = @_;

    my $sid = 'session-' . ++$n;

    $cid //= 'CAD3';

    return { cid => $cid, sid => $sid, token => $edge->token($cid,
        sid => $sid, iat => int(time) - 1) };
}


sub get {
    my ($edge, $session) = @_;

    return said($edge->get("$v1/" . ($session->{cid} // 'CAD1'),
        bearer($session->{token})));
}


sub out {
    my ($edge, $session) = @_;

    return said($edge->post("$v1/" . ($session->{cid} // 'CAD1')
        . '/sign_out', '', bearer($session->{token})));
}


# One of the counters.

sub said_of { $_[0]->get('/status')->json->{$_[1]} }


# The store says so, and nobody is told.

sub revoke_in_the_dark {
    my ($edge, $session) = @_;

    $edge->redis('ZADD', 'crm:revoked', int(time) + 1000,
        "s:$session->{sid}");
}


1;
