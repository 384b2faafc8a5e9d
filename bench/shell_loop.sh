#!/bin/sh
# What one would write without this project: all pages of all segments' import jobs by the AWS command line.
# Usage: shell_loop.sh APPLICATION SEGMENT...; prints each job's id and status.
set -eu
application=$1
shift
for segment; do
    token=
    while
        page=$(aws pinpoint get-segment-import-jobs --application-id "$application" --segment-id "$segment" \
            --page-size 100 ${token:+--token "$token"} --output text \
            --query 'ImportJobsResponse.[NextToken, Item[].[Id, JobStatus]]')
        token=$(printf '%s\n' "$page" | head -n 1)
        printf '%s\n' "$page" | tail -n +2
        [ "$token" != None ]
    do :; done
done
