from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_MEGABYTES = 32  # of one request; 100,000 rows of an import are 5 to 25 of them as CSV
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024


class CappedUploads(FileUploadHandler):
    """Refuse a request whose files are larger than any form takes, before they fill the disk.

    Django caps what is not a file (DATA_UPLOAD_MAX_MEMORY_SIZE), and writes files of any size to disk.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(f"The request is larger than {MOST_BYTES:,} bytes.")

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
