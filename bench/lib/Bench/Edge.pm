package Bench::Edge;

# Edges as works/edges.pl has them: what they want, how they are started, the
# back end and the stores behind them.

use warnings;
use strict;

use Bench::Data;
use Bench::Load;
use Bench::Place;
use Test::CRM::HTTP;
use Test::CRM::Process qw(slurp wait_for);

my $top = $Bench::Place::top;

my ($dir, $data, %port, %store);


# Starts the back end, in a directory; $data is where Bench::Data has made it.

sub begin {
    ($dir, $data) = @_;

    Bench::Place->new(dir => "$dir/back", core => 1, port => \%port,
        words => { DATA => $data })->run('edges/back.conf');
}


# What an edge needs and this machine, or this build, has not.

sub wants {
    my ($edge) = @_;

    my ($gone) = grep { !-e } @{$edge->{needs} || []};
    my ($directive) = ($edge->{more} // '') =~ /^(\w+)/;

    return $gone if defined $gone || !defined $directive;
    return if slurp(Test::CRM::Server::module_path()) =~ /\Q$directive\E/;
    return $directive;
}


# An edge that runs, on a core of its own, and knows what has been revoked.

sub start {
    my ($name, $edge) = @_;

    my $store = store($edge->{store} ? $name : 'main', $edge->{store});

    my $place = Bench::Place->new(dir => "$dir/edge-$name",
        module => $edge->{module}, port => { %port }, words => {
            COMMON => slurp("$top/bench/edges/common.conf"),
            DATA => $data, STORE => "$store->{dir}/redis.sock",
            ZONE => $edge->{zone} // '16m', MORE => $edge->{more} // '',
            JWT_KEY => slurp("$data/jwt.key"),
            TOKENS => 'x' x Bench::Data::TOKENS_LENGTH });

    $place->{bench} = { name => $name, %$edge, store => $store };
    $place->run($edge->{conf});
    ready($place, $edge->{store} ? $edge->{store}{revocations} : 0)
        if $edge->{module};

    return $place;
}


sub ready {
    my ($place, $revocations) = @_;

    my $row = Test::CRM::HTTP->text(GET => '/status');

    wait_for(sub {
        my $said = Bench::Load::one(Test::CRM::HTTP->new(
            $place->port('PORT')), $row)->json;

        return $said->{redis_up} && $said->{revocations_told}
            && $said->{revocations} >= ($revocations // 0);
    }, 120) or die "$place->{bench}{name} is not ready\n";
}


# A Redis with what all works need, or with one that has grown.

sub store {
    my ($name, $grown) = @_;

    return $store{$name} if $store{$name};

    my $store = $store{$name} = Bench::Place->new(dir => "$dir/redis-$name",
        core => 1);

    $store->run('redis');
    fill($store, sub { $grown ? Bench::Data::grown($_[0], %$grown)
                              : print { $_[0] } slurp("$data/store") });

    return $store;
}


sub fill {
    my ($store, $print) = @_;

    open my $fh, '|-', "redis-cli -s $store->{dir}/redis.sock --pipe "
        . ">$store->{dir}/pipe.out" or die "redis-cli: $!\n";
    $print->($fh);
    close $fh or die 'redis-cli: ' . slurp("$store->{dir}/pipe.out");
}


# The store of an edge as it was in the beginning.

sub fresh {
    my ($place) = @_;

    my $store = $place->{bench}{store};

    $store->redis('FLUSHDB');
    fill($store, sub { print { $_[0] } slurp("$data/store") });
}


1;
