package Test::CRM::Store;

# What the CRM side provisions in Redis, and what it reads there; methods of
# Test::CRM.

use warnings;
use strict;

use Test::CRM::Redis;


# One command of Redis over a connection that stays; nested replies are
# arrays, nil is undef, an error dies.

sub redis {
    my ($t, @argv) = @_;

    $t->{connection} ||= Test::CRM::Redis->new("$t->{dir}/redis.sock");

    return $t->{connection}->command(@argv);
}


# How often Redis was asked what since CONFIG RESETSTAT, without that, and
# without the PINGs that come each second.

sub asked {
    my ($t) = @_;

    my %calls = $t->redis('INFO', 'commandstats')
        =~ /^cmdstat_(\S+?):calls=(\d+)/mg;

    delete @calls{qw(info ping config|resetstat)};

    return \%calls;
}


# An API key: app, mode (live), apis (*), state (active).

sub api_key {
    my ($t, $key, %opt) = @_;

    my %record = (app => 'app', mode => 'live', apis => '*',
        state => 'active', %opt);

    $t->secret($key);
    $t->redis('HSET', 'crm:apikey:{' . $t->sha256_hex($key) . '}', %record);

    return $key;
}


# A client of dmt; the record is a key's, with the secret's digest.

sub client {
    my ($t, $id, $secret, %opt) = @_;

    my %record = (secret => $t->sha256_hex($secret), app => 'app',
        mode => 'live', state => 'active', %opt);

    $t->secret($secret);
    $t->redis('HSET', "crm:client:{$id}", %record);
}


# A contact with its identities: mode (live), password (plain; or
# password_hash), identities => [ [ NAME => value ], ... ], all else as it is.

sub contact {
    my ($t, $cid, %opt) = @_;

    my $prefix = 'crm:' . (delete $opt{mode} // 'live');
    my $identities = delete $opt{identities} || [];
    my $password = delete $opt{password};
    my $hash = delete $opt{password_hash};

    if (defined $password) {
        $t->secret($password);
        $hash = crypt $password, '$6$rounds=1000$harness$';
    }

    $opt{password} = $hash if defined $hash;
    $opt{state} //= 'active';

    $t->redis('HSET', "$prefix:contact:{$cid}", %opt);
    $t->redis('SET', "$prefix:identity:{$_->[0]:$_->[1]}", $cid)
        for @$identities;

    return $cid;
}


# The messages of the outbox, oldest first, as hashes.

sub outbox {
    my ($t) = @_;

    my @messages = map { +{ @{$_->[1]} } }
        @{$t->redis('XRANGE', 'crm:outbox', '-', '+')};

    for my $message (@messages) {
        $t->secret(map { $message->{$_} // () } qw(code token));
    }

    return @messages;
}


1;
